/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "bulkhead-tests"

#include <glib.h>
#include <jsc/jsc.h>

#include <locale.h>
#include <stdlib.h>

/*
 * Runs JavaScript files one after the other in the engine that WebKitGTK brings, without a page:
 * the sample apps' logic is tested by the very engine that will run it, and no other one is needed.
 *
 * The scripts see three functions: print (text), read (path) and evaluate (code, path). An
 * exception that nothing catches ends the program with status 1, and so does a failed test (the
 * global variable "failures" is not 0).
 */

static void
on_exception (JSCContext *context, JSCException *exception, gpointer data)
{
  gboolean *failed = data;
  g_autofree char *report = jsc_exception_report (exception);

  g_printerr ("%s\n", report);
  *failed = TRUE;
}

static void
js_print (const char *text)
{
  g_print ("%s\n", text);
}

static char *
js_read (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    {
      jsc_context_throw (jsc_context_get_current (), error->message);
      return NULL;
    }

  return text;
}

static JSCValue *
js_evaluate (const char *code, const char *path)
{
  return jsc_context_evaluate_with_source_uri (jsc_context_get_current (), code, -1, path, 1);
}

static void
add_function (JSCContext *context,
              const char *name,
              GCallback callback,
              GType result,
              guint n_strings)
{
  GType types[] = { G_TYPE_STRING, G_TYPE_STRING };
  g_autoptr (JSCValue) function = NULL;

  g_assert (n_strings <= G_N_ELEMENTS (types));
  function
      = jsc_value_new_functionv (context, name, callback, NULL, NULL, result, n_strings, types);
  jsc_context_set_value (context, name, function);
}

int
main (int argc, char *argv[])
{
  g_autoptr (JSCContext) context = NULL;
  g_autoptr (JSCValue) failures = NULL;
  gboolean failed = FALSE;

  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      g_printerr ("Usage: %s FILE.js…\n", argv[0]);
      return 2;
    }

  context = jsc_context_new ();
  jsc_context_push_exception_handler (context, on_exception, &failed, NULL);
  add_function (context, "print", G_CALLBACK (js_print), G_TYPE_NONE, 1);
  add_function (context, "read", G_CALLBACK (js_read), G_TYPE_STRING, 1);
  add_function (context, "evaluate", G_CALLBACK (js_evaluate), JSC_TYPE_VALUE, 2);

  for (int i = 1; i < argc && !failed; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *code = NULL;
      g_autoptr (JSCValue) value = NULL;

      if (!g_file_get_contents (argv[i], &code, NULL, &error))
        {
          g_printerr ("%s\n", error->message);
          return 2;
        }
      value = jsc_context_evaluate_with_source_uri (context, code, -1, argv[i], 1);
    }

  failures = jsc_context_get_value (context, "failures");
  if (!jsc_value_is_number (failures) || jsc_value_to_int32 (failures) != 0)
    failed = TRUE;

  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
