/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web-helpers.h"

#include <unistd.h>

/* app:// as a page sees it. */

static void
set_up (Web *web, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_autofree char *link = NULL;
  g_autofree char *sub = NULL;

  web_set_up (web);
  web_write (web, "index.html", "<!DOCTYPE html><meta charset=\"utf-8\"><title>the index</title>");
  web_write (web, "style.css", "p { color: red }");
  web_write (web, "code.js", "export const answer = 42;");
  web_write (web, "data.json", "{}");
  web_write (web, "digits.txt", "0123456789");
  web_write (web, "empty.txt", "");
  web_write (web, "with space ä.txt", "spaced");
  sub = g_build_filename (web->files, "sub", NULL);
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  web_write (web, "sub/index.html", "<!DOCTYPE html><title>the folder</title>");

  secret = g_build_filename (web->root, "secret.txt", NULL);
  link = g_build_filename (web->files, "link.txt", NULL);
  g_assert_true (g_file_set_contents (secret, "secret", -1, NULL));
  g_assert_cmpint (symlink (secret, link), ==, 0);
  web_load (web, "app://test/index.html");
}

static void
tear_down (Web *web, gconstpointer data)
{
  web_tear_down (web);
}

#define HEADER(name, header)                                                                       \
  "const r = await fetch ('" name "'); return r.status + ' ' + r.headers.get ('" header "');"
#define STATUS(name, options) "return (await fetch ('" name "', " options ")).status;"

static void
test_types (Web *web, gconstpointer data)
{
  web_assert (web, "return document.title;", "the index");
  web_assert (web, "return document.contentType + ' ' + document.characterSet;", "text/html UTF-8");
  web_assert (web, HEADER ("style.css", "content-type"), "200 text/css; charset=utf-8");
  web_assert (web, HEADER ("data.json", "x-content-type-options"), "200 nosniff");
  web_assert (web, "return (await import ('app://test/code.js')).answer;", "42");
  web_assert (web, "return (await fetch ('with%20space%20%C3%A4.txt')).text ();", "spaced");
  web_assert (web, "return (await fetch ('digits.txt?x=1#y')).text ();", "0123456789");
  web_assert (web, "return (await fetch ('empty.txt')).text ();", "");

  web_load (web, "app://test/sub/");
  web_assert (web, "return document.title;", "the folder");
  web_load (web, "app://test");
  web_assert (web, "return document.title;", "the index");
}

#define RANGE(range)                                                                               \
  "const r = await fetch ('digits.txt', { headers: { Range: '" range "' } });"                     \
  "return [r.status, r.headers.get ('content-range'), await r.text ()].join ('|');"

static void
test_ranges (Web *web, gconstpointer data)
{
  web_assert (web, HEADER ("digits.txt", "accept-ranges"), "200 bytes");
  web_assert (web, RANGE ("bytes=2-4"), "206|bytes 2-4/10|234");
  web_assert (web, RANGE ("bytes=7-"), "206|bytes 7-9/10|789");
  web_assert (web, RANGE ("bytes=-2"), "206|bytes 8-9/10|89");
  web_assert (web, RANGE ("bytes=0-99"), "206|bytes 0-9/10|0123456789");
  web_assert (web, RANGE ("bytes=20-"), "416|bytes */10|");
  web_assert (web, RANGE ("lines=1-2"), "200||0123456789");
}

static void
test_methods (Web *web, gconstpointer data)
{
  web_assert (web, STATUS ("nothing.txt", "{}"), "404");
  web_assert (web,
              "const r = await fetch ('digits.txt', { method: 'HEAD' });"
              "return [r.status, r.headers.get ('content-length'), await r.text ()].join ('|');",
              "200|10|");
  web_assert (web, STATUS ("digits.txt", "{ method: 'POST', body: 'x' }"), "405");
  web_assert (web, STATUS ("digits.txt", "{ method: 'PUT', body: 'x' }"), "405");
  web_assert (web, STATUS ("digits.txt", "{ method: 'DELETE' }"), "405");
}

static void
test_ways_out (Web *web, gconstpointer data)
{
  web_assert (web, STATUS ("../secret.txt", "{}"), "404");
  web_assert (web, STATUS ("..%2fsecret.txt", "{}"), "404");
  web_assert (web, STATUS ("%2e%2e/secret.txt", "{}"), "404");
  web_assert (web, STATUS ("%2e%2e%2fsecret.txt", "{}"), "404");
  web_assert (web, STATUS ("..%5csecret.txt", "{}"), "404");
  web_assert (web, STATUS ("sub/..%2f..%2fsecret.txt", "{}"), "404");
  web_assert (web, STATUS ("digits.txt%00.html", "{}"), "404");
  web_assert (web, STATUS ("link.txt", "{}"), "404");
  web_assert (web, STATUS ("sub", "{}"), "404");
  /* Neither another app's files nor the system's. */
  web_assert (web, "return fetch ('app://other/digits.txt').then (r => r.status, () => 'refused');",
              "refused");
  web_assert (web, "return fetch ('file:///etc/passwd').then (r => r.status, () => 'refused');",
              "refused");
}

static void
test_origin (Web *web, gconstpointer data)
{
  web_assert (web, "return origin + ' ' + isSecureContext;", "app://test true");
  web_assert (web, "localStorage.setItem ('kept', 'yes'); return localStorage.getItem ('kept');",
              "yes");
  web_assert (web, "return crypto.subtle !== undefined;", "true");
  web_assert (web,
              "await new Promise ((resolve, reject) => {"
              "  const r = indexedDB.open ('db');"
              "  r.onsuccess = resolve; r.onerror = () => reject (r.error); }); return 'open';",
              "open");

  /* It is the origin's: another page of the app sees it. */
  web_load (web, "app://test/sub/");
  web_assert (web, "return localStorage.getItem ('kept');", "yes");
}

static void
test_no_files (Web *web, gconstpointer data)
{
  g_autoptr (WebKitWebContext) context = webkit_web_context_new_ephemeral ();
  g_autoptr (BhAppScheme) scheme = bh_app_scheme_new ("test", "");
  Web other = *web;

  webkit_web_context_set_sandbox_enabled (context, TRUE);
  bh_app_scheme_register (scheme, context);
  other.view = WEBKIT_WEB_VIEW (webkit_web_view_new_with_context (context));
  gtk_box_pack_end (GTK_BOX (web->box), GTK_WIDGET (other.view), TRUE, TRUE, 0);
  gtk_widget_show (GTK_WIDGET (other.view));
  web_load (&other, "app://test/index.html");
  web_assert (&other, "return document.body.innerText.trim ();", "This app has no files.");
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/app-scheme/" name, Web, NULL, set_up, function, tear_down)
  ADD ("types", test_types);
  ADD ("ranges", test_ranges);
  ADD ("methods", test_methods);
  ADD ("ways-out", test_ways_out);
  ADD ("origin", test_origin);
  ADD ("no-files", test_no_files);
#undef ADD

  return g_test_run ();
}
