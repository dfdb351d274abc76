/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-memory-pressure.h"

#include "web-helpers.h"

/* The first stage of the memory limit, in real pages. */

#define MIB ((guint64) 1024 * 1024)

/* Leaves 128 MiB for a page. */
#define MEMORY (368 * MIB)

static void
check (WebKitMemoryPressureSettings *settings, guint limit, double strict, gboolean kills)
{
  double conservative = webkit_memory_pressure_settings_get_conservative_threshold (settings);
  double kill = webkit_memory_pressure_settings_get_kill_threshold (settings);

  g_assert_cmpuint (webkit_memory_pressure_settings_get_memory_limit (settings), ==, limit);
  g_assert_cmpfloat_with_epsilon (webkit_memory_pressure_settings_get_strict_threshold (settings),
                                  strict, 0.0001);
  g_assert_cmpfloat (conservative, >, 0);
  g_assert_cmpfloat (conservative, <, strict);
  if (kills)
    g_assert_cmpfloat (kill, ==, 1.0);
  else
    g_assert_cmpfloat (kill, >, 1000.0);
}

static void
test_settings (void)
{
  static const struct
  {
    guint64 memory, high;
    guint limit;
    double strict;
  } cases[] = {
    /* Three quarters of small limits are the overhead, of large ones it is little. */
    { 100, 90, 25, 0.7 },
    { 256, 230, 64, 0.7 },
    { 512, 460, 272, 0.7 },
    { 2048, 1843, 1808, 0.7 },
    /* Shed in time, where the soft limit is far below the hard one. */
    { 512, 256, 272, 64.0 / 272 },
    { 2048, 832, 1808, 592.0 / 1808 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WebKitMemoryPressureSettings) settings
          = bh_memory_pressure_new_for_pages (cases[i].memory * MIB, cases[i].high * MIB);
      g_autoptr (WebKitMemoryPressureSettings) network
          = bh_memory_pressure_new_for_network (cases[i].memory * MIB);

      check (settings, cases[i].limit, cases[i].strict, TRUE);
      g_assert_cmpfloat (webkit_memory_pressure_settings_get_poll_interval (settings), ==, 1.0);
      check (network, cases[i].limit, 0.7, FALSE);
    }
}

static void
test_settings_without_limit (void)
{
  g_autoptr (WebKitMemoryPressureSettings) pages = bh_memory_pressure_new_for_pages (0, 0);
  g_autoptr (WebKitMemoryPressureSettings) network = bh_memory_pressure_new_for_network (0);
  g_autoptr (WebKitMemoryPressureSettings) high = bh_memory_pressure_new_for_pages (0, 512 * MIB);
  guint usual = webkit_memory_pressure_settings_get_memory_limit (pages);

  g_assert_cmpuint (usual, >, 0);
  g_assert_cmpuint (usual, <=, 3 * 1024);
  check (pages, usual, 0.5, FALSE);
  check (network, usual, 0.5, FALSE);
  /* A soft limit alone ends nothing either. */
  check (high, 272, 0.7, FALSE);
}

static void
set_up (Web *web, gconstpointer memory)
{
  guint64 limit = GPOINTER_TO_SIZE (memory);

  web->pressure = bh_memory_pressure_new_for_pages (limit, limit / 10 * 9);
  web_set_up (web);
}

static void
tear_down (Web *web, gconstpointer memory)
{
  web_tear_down (web);
  g_clear_pointer (&web->pressure, webkit_memory_pressure_settings_free);
}

/* Fills @mib of memory that can neither be shared nor given back. */
#define FILL                                                                                       \
  "const held = [];"                                                                               \
  "const fill = mib => {"                                                                          \
  "  for (; mib > 0; mib--) {"                                                                     \
  "    const block = new Uint8Array (1024 * 1024);"                                                \
  "    for (let at = 0; at < block.length; at += 4096) block[at] = 1 + at % 251;"                  \
  "    held.push (block);"                                                                         \
  "  } };"

static void
on_terminated (WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer user_data)
{
  *(int *) user_data = (int) reason;
}

/* What WebKit itself reckons by, or near it: the anonymous memory of the page's process. */
static guint64
read_page_memory (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", web_find_process ("WebKitWebProces"));
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, "RssAnon:");
  g_assert_nonnull (line);

  return g_ascii_strtoull (line + strlen ("RssAnon:"), NULL, 10) * 1024;
}

/* The last one: with its process the page loses its title. */
static void
on_title_changed (WebKitWebView *view, GParamSpec *pspec, gpointer user_data)
{
  const char *title = webkit_web_view_get_title (view);

  if (title != NULL && g_ascii_isdigit (*title))
    *(int *) user_data = atoi (title);
}

/* A page that grows and yields is ended by WebKit, and soon, for the right reason. */
static void
test_growing (Web *web, gconstpointer data)
{
  int reason = -1;
  int held = 0;

  g_signal_connect (web->view, "web-process-terminated", G_CALLBACK (on_terminated), &reason);
  g_signal_connect (web->view, "notify::title", G_CALLBACK (on_title_changed), &held);
  web_write (web, "grow.html",
             "<!DOCTYPE html><title>grow</title><script>" FILL
             "setInterval (() => { fill (3); document.title = held.length; }, 100)</script>");
  web_load (web, "app://test/grow.html");
  wait_for (reason >= 0);
  g_assert_cmpint (reason, ==, WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT);
  /* Not before it had what is its own, and not much later: 30 MiB come with each look. */
  g_test_message ("ended with %d MiB of its own", held);
  g_assert_cmpint (held, >=, 60);
  g_assert_cmpint (held, <=, 220);
}

/* Before that the process sheds what it can do without: here pictures that were shown. */
static void
test_shedding (Web *web, gconstpointer data)
{
  gboolean limited = GPOINTER_TO_SIZE (data) != 0;
  guint64 before, after;
  int reason = -1;
  gint64 end;

  g_signal_connect (web->view, "web-process-terminated", G_CALLBACK (on_terminated), &reason);
  web_write (
      web, "pictures.html",
      "<!DOCTYPE html><title>pictures</title><style>img { width: 40px; height: 40px }</style>"
      "<script>" FILL "const shown = async () => {"
      "  const canvas = document.createElement ('canvas');"
      "  canvas.width = canvas.height = 2000;"
      "  const context = canvas.getContext ('2d');"
      "  for (let i = 0; i < 5; i++) {"
      "    context.fillStyle = `rgb(${40 * i}, 0, 0)`;"
      "    context.fillRect (0, 0, 2000, 2000);"
      "    const image = new Image ();"
      "    image.src = canvas.toDataURL ();"
      "    await image.decode ();"
      "    document.body.append (image);"
      "    await new Promise (done => requestAnimationFrame (() => setTimeout (done, 50)));"
      "    image.style.display = 'none';"
      "  } };"
      "</script><body>");
  web_load (web, "app://test/pictures.html");
  web_assert (web, "await shown (); fill (20); return held.length", "20");
  before = read_page_memory ();

  /* Some looks later. */
  end = g_get_monotonic_time () + 6 * G_USEC_PER_SEC;
  do
    {
      web_assert (web, "await new Promise (done => setTimeout (done, 200)); return held.length",
                  "20");
      after = read_page_memory ();
    }
  while (g_get_monotonic_time () < end && !(limited && after + 35 * MIB < before));
  g_test_message ("%" G_GUINT64_FORMAT " MiB before, %" G_GUINT64_FORMAT " MiB after", before / MIB,
                  after / MIB);
  if (limited)
    g_assert_cmpuint (after + 35 * MIB, <, before);
  else
    g_assert_cmpuint (after + 20 * MIB, >, before);
  g_assert_cmpint (reason, ==, -1);
}

/* Without a limit nothing is ended, however large it is. */
static void
test_unlimited (Web *web, gconstpointer data)
{
  int reason = -1;

  g_signal_connect (web->view, "web-process-terminated", G_CALLBACK (on_terminated), &reason);
  web_write (web, "large.html", "<!DOCTYPE html><title>large</title><script>" FILL "</script>");
  web_load (web, "app://test/large.html");
  web_assert (web,
              "for (let i = 0; i < 30; i++) {"
              "  fill (20); await new Promise (done => setTimeout (done, 200)); }"
              "return held.length",
              "600");
  g_assert_cmpint (reason, ==, -1);
}

int
main (int argc, char *argv[])
{
  g_autofree char *tag = g_strdup_printf ("%d", getpid ());

  g_setenv ("BH_TEST_TAG", tag, TRUE);
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/memory-pressure/settings", test_settings);
  g_test_add_func ("/memory-pressure/settings-without-limit", test_settings_without_limit);
  g_test_add ("/memory-pressure/growing", Web, GSIZE_TO_POINTER (MEMORY), set_up, test_growing,
              tear_down);
  g_test_add ("/memory-pressure/shedding", Web, GSIZE_TO_POINTER (MEMORY), set_up, test_shedding,
              tear_down);
  g_test_add ("/memory-pressure/no-shedding-without-need", Web, NULL, set_up, test_shedding,
              tear_down);
  g_test_add ("/memory-pressure/unlimited", Web, NULL, set_up, test_unlimited, tear_down);

  return g_test_run ();
}
