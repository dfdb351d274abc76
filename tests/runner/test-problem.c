/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-problem.h"

#include <string.h>

static void
assert_says (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” does not say “%s”", text, part);
}

static void
test_load (void)
{
  const struct
  {
    GQuark domain;
    int code;
    const char *title;
  } cases[] = {
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "“mail.example” can’t be found" },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, "“mail.example” can’t be found" },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "“mail.example” doesn’t answer" },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "“mail.example” takes too long to answer" },
    { G_IO_ERROR, G_IO_ERROR_FAILED, "This page can’t be shown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new (cases[i].domain, cases[i].code, "the engine's words");
      g_autoptr (BhProblem) problem
          = bh_problem_new_for_load (error, "https://mail.example:8443/inbox?x=1");

      g_assert_cmpstr (bh_problem_get_title (problem), ==, cases[i].title);
      g_assert_cmpstr (bh_problem_get_uri (problem), ==, "https://mail.example:8443/inbox?x=1");
      assert_says (bh_problem_get_detail (problem), "the engine's words");
      assert_says (bh_problem_get_detail (problem), "https://mail.example:8443/inbox?x=1");
    }
}

/* What is no address at all is still named. */
static void
test_load_odd (void)
{
  g_autoptr (GError) error
      = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused");
  g_autoptr (BhProblem) problem = bh_problem_new_for_load (error, "::::");

  g_assert_cmpstr (bh_problem_get_title (problem), ==, "“::::” doesn’t answer");
}

static void
test_tls (void)
{
  const struct
  {
    GTlsCertificateFlags flags;
    const char *text;
  } cases[] = {
    { G_TLS_CERTIFICATE_EXPIRED, "computer’s date" },
    { G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_UNKNOWN_CA, "computer’s date" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "another server’s" },
    { G_TLS_CERTIFICATE_REVOKED, "withdrawn" },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "Nobody that this computer trusts" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BhProblem) problem
          = bh_problem_new_for_tls (cases[i].flags, "https://mail.example/");

      g_assert_cmpstr (bh_problem_get_title (problem), ==,
                       "The connection to “mail.example” is not safe");
      assert_says (bh_problem_get_text (problem), cases[i].text);
    }
}

/* A page chooses its addresses, and a window has to have room for what is said of them. */
static void
test_long_address (void)
{
  g_autofree char *long_text = g_strnfill (100000, 'a');
  g_autofree char *mail = g_strconcat ("mailto:", long_text, NULL);
  g_autofree char *page = g_strconcat ("https://mail.example/", long_text, NULL);
  g_autoptr (GError) error = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "");
  g_autoptr (BhProblem) without_host = bh_problem_new_for_load (error, mail);
  g_autoptr (BhProblem) with_host = bh_problem_new_for_load (error, page);
  g_autoptr (BhProblem) tls = bh_problem_new_for_tls (G_TLS_CERTIFICATE_EXPIRED, page);

  g_assert_cmpuint (strlen (bh_problem_get_title (without_host)), <, 200);
  g_assert_cmpuint (strlen (bh_problem_get_detail (with_host)), <, 500);
  g_assert_cmpuint (strlen (bh_problem_get_detail (tls)), <, 500);
  /* What is loaded again is the whole. */
  g_assert_cmpstr (bh_problem_get_uri (with_host), ==, page);
}

static void
test_process (void)
{
  const struct
  {
    WebKitWebProcessTerminationReason reason;
    const char *title;
  } cases[] = {
    { WEBKIT_WEB_PROCESS_CRASHED, "This page crashed" },
    { WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT, "This page used too much memory" },
    { WEBKIT_WEB_PROCESS_TERMINATED_BY_API, "This page was ended" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BhProblem) problem = bh_problem_new_for_process (cases[i].reason, "Mail");

      g_assert_cmpstr (bh_problem_get_title (problem), ==, cases[i].title);
      assert_says (bh_problem_get_text (problem), "“Mail”");
      /* Nothing to load but what was there. */
      g_assert_null (bh_problem_get_uri (problem));
      g_assert_null (bh_problem_get_detail (problem));
    }
}

static void
test_end (void)
{
  const struct
  {
    BhReason reason;
    const char *title, *text;
  } cases[] = {
    { BH_REASON_WEB_PROCESS_CRASHED, "This page crashed", "stopped working" },
    { BH_REASON_MEMORY_LIMIT, "This page used too much memory", "stays fast" },
    { BH_REASON_OUT_OF_MEMORY, "Your computer ran out of memory", "Close what you don’t need" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BhProblem) problem
          = bh_problem_new_for_end (cases[i].reason, "Ended by SIGSEGV (11)", FALSE, "50 %s");
      g_autoptr (BhProblem) last = bh_problem_new_for_end (cases[i].reason, "", TRUE, "Mail");

      g_assert_cmpstr (bh_problem_get_title (problem), ==, cases[i].title);
      assert_says (bh_problem_get_text (problem), "“50 %s”");
      assert_says (bh_problem_get_text (problem), cases[i].text);
      g_assert_cmpstr (bh_problem_get_detail (problem), ==, "Ended by SIGSEGV (11)");
      g_assert_null (bh_problem_get_uri (problem));

      g_assert_cmpstr (bh_problem_get_title (last), ==, cases[i].title);
      assert_says (bh_problem_get_text (last), "“Mail” is not loaded again by itself");
      g_assert_null (bh_problem_get_detail (last));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/problem/load", test_load);
  g_test_add_func ("/problem/load-odd", test_load_odd);
  g_test_add_func ("/problem/tls", test_tls);
  g_test_add_func ("/problem/long-address", test_long_address);
  g_test_add_func ("/problem/process", test_process);
  g_test_add_func ("/problem/end", test_end);

  return g_test_run ();
}
