/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-http.h"

static void
test_range (void)
{
  static const struct
  {
    const char *header;
    guint64 size;
    BhRange range;
    guint64 first;
    guint64 last;
  } cases[] = {
    { "bytes=0-0", 10, BH_RANGE_PART, 0, 0 },
    { "bytes=0-99", 10, BH_RANGE_PART, 0, 9 },
    { "bytes=2-5", 10, BH_RANGE_PART, 2, 5 },
    { "bytes=2-", 10, BH_RANGE_PART, 2, 9 },
    { "bytes=9-", 10, BH_RANGE_PART, 9, 9 },
    { "bytes=-3", 10, BH_RANGE_PART, 7, 9 },
    { "bytes=-10", 10, BH_RANGE_PART, 0, 9 },
    { "bytes=-11", 10, BH_RANGE_PART, 0, 9 },
    { "BYTES=1-2", 10, BH_RANGE_PART, 1, 2 },
    { " bytes= 1-2 ", 10, BH_RANGE_PART, 1, 2 },
    { "bytes=0-18446744073709551615", 10, BH_RANGE_PART, 0, 9 },
    { "bytes=0-99999999999999999999999", 10, BH_RANGE_PART, 0, 9 },
    { "bytes=-99999999999999999999999", 10, BH_RANGE_PART, 0, 9 },
    { "bytes=0-", G_MAXUINT64, BH_RANGE_PART, 0, G_MAXUINT64 - 1 },
    { "bytes=10-", 10, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=10-20", 10, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=99999999999999999999999-", 10, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=18446744073709551615-18446744073709551616", 10, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=-0", 10, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=0-", 0, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=0-0", 0, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { "bytes=-1", 0, BH_RANGE_UNSATISFIABLE, 0, 0 },
    { NULL, 10, BH_RANGE_NONE, 0, 0 },
    { "", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=-", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=5", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=5-2", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=0-1,3-4", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=a-b", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=0--1", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=+0-1", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=0x0-1", 10, BH_RANGE_NONE, 0, 0 },
    { "bytes=0-1x", 10, BH_RANGE_NONE, 0, 0 },
    { "pages=1-2", 10, BH_RANGE_NONE, 0, 0 },
    { "0-1", 10, BH_RANGE_NONE, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 first = 77;
      guint64 last = 77;

      g_test_message ("%s of %" G_GUINT64_FORMAT, cases[i].header, cases[i].size);
      g_assert_cmpint (bh_http_parse_range (cases[i].header, cases[i].size, &first, &last), ==,
                       cases[i].range);
      g_assert_cmpuint (first, ==, cases[i].first);
      g_assert_cmpuint (last, ==, cases[i].last);
    }
}

static void
assert_type (const char *path, const char *head, gsize length, const char *expected)
{
  g_autofree char *type = bh_http_content_type (path, (const guint8 *) head, length);

  g_assert_cmpstr (type, ==, expected);
}

static void
test_types_by_name (void)
{
  assert_type ("index.html", NULL, 0, "text/html; charset=utf-8");
  assert_type ("/a/b/INDEX.HTM", NULL, 0, "text/html; charset=utf-8");
  assert_type ("a.b.js", NULL, 0, "text/javascript; charset=utf-8");
  assert_type ("a.mjs", NULL, 0, "text/javascript; charset=utf-8");
  assert_type ("a.css", NULL, 0, "text/css; charset=utf-8");
  assert_type ("a.json", NULL, 0, "application/json; charset=utf-8");
  assert_type ("a.js.map", NULL, 0, "application/json; charset=utf-8");
  assert_type ("a.webmanifest", NULL, 0, "application/manifest+json; charset=utf-8");
  assert_type ("a.wasm", NULL, 0, "application/wasm");
  assert_type ("a.svg", NULL, 0, "image/svg+xml; charset=utf-8");
  assert_type ("a.png", NULL, 0, "image/png");
  assert_type ("a.jpeg", NULL, 0, "image/jpeg");
  assert_type ("a.webp", NULL, 0, "image/webp");
  assert_type ("a.avif", NULL, 0, "image/avif");
  assert_type ("a.ico", NULL, 0, "image/vnd.microsoft.icon");
  assert_type ("a.woff2", NULL, 0, "font/woff2");
  assert_type ("a.ttf", NULL, 0, "font/ttf");
  assert_type ("a.mp3", NULL, 0, "audio/mpeg");
  assert_type ("a.opus", NULL, 0, "audio/ogg");
  assert_type ("a.mp4", NULL, 0, "video/mp4");
  assert_type ("a.webm", NULL, 0, "video/webm");
  assert_type ("a.md", NULL, 0, "text/markdown; charset=utf-8");
  assert_type ("a.xml", NULL, 0, "application/xml; charset=utf-8");
  assert_type ("a.pdf", NULL, 0, "application/pdf");
  /* The name decides, whatever is inside. */
  assert_type ("a.txt", "<html>", 6, "text/plain; charset=utf-8");
}

static void
test_types_by_content (void)
{
  static const char zeros[] = { 0, 1, 2, 3, 0, (char) 0xff };

  assert_type ("LICENSE", "Some words.\n", 12, "text/plain; charset=utf-8");
  assert_type ("data", zeros, sizeof zeros, "application/octet-stream");
  assert_type ("empty", "", 0, "application/octet-stream");
  assert_type ("dir.html/unknown", zeros, sizeof zeros, "application/octet-stream");
  assert_type ("a.no-such-type", zeros, sizeof zeros, "application/octet-stream");
  assert_type ("a.", zeros, sizeof zeros, "application/octet-stream");
  assert_type ("", zeros, sizeof zeros, "application/octet-stream");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/range", test_range);
  g_test_add_func ("/http/types-by-name", test_types_by_name);
  g_test_add_func ("/http/types-by-content", test_types_by_content);

  return g_test_run ();
}
