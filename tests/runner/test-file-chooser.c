/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-file-chooser.h"

#include "desk-helpers.h"
#include "web-helpers.h"

#include <string.h>

/* Files for a real page, chosen by tests/helpers/fake-chooser and copied by the real desk. */

typedef struct
{
  Web web;
  DeskFixture desk;
  BhFileChooser *chooser;
  char *failure;
} Fixture;

static void
write_runtime (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static char *
read_runtime (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return text;
}

static void
choose (const char *first, const char *second)
{
  g_autofree char *one = g_build_filename (g_get_user_runtime_dir (), first, NULL);
  g_autofree char *two
      = second != NULL ? g_build_filename (g_get_user_runtime_dir (), second, NULL) : NULL;
  g_autofree char *choice = g_strjoin ("\n", one, two, NULL);

  write_runtime (first, "first file");
  if (second != NULL)
    write_runtime (second, "second file");
  write_runtime ("choice", choice);
}

static void
on_failed (BhFileChooser *chooser, WebKitWebView *view, const char *message, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (view == fixture->web.view);
  fixture->failure = g_strdup (message);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  web_set_up (&fixture->web);
  desk_set_up (&fixture->desk);
  fixture->failure = NULL;
  fixture->chooser = bh_file_chooser_new (fixture->desk.client);
  g_signal_connect (fixture->chooser, "failed", G_CALLBACK (on_failed), fixture);
  bh_file_chooser_attach (fixture->chooser, fixture->web.view);
  web_write (&fixture->web, "index.html",
             "<!DOCTYPE html><title>t</title>"
             "<input type=file id=one accept='image/png,text/plain'>"
             "<input type=file id=many multiple>");
  web_load (&fixture->web, "app://test/index.html");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->chooser);
  desk_tear_down (&fixture->desk);
  web_tear_down (&fixture->web);
  g_free (fixture->failure);
}

/* What the page knows of the files that it got, and what it reads in them. */
#define CHOOSE(id)                                                                                 \
  "const input = document.getElementById ('" id "');"                                              \
  "const changed = new Promise ((done) => { input.onchange = done; });"                            \
  "input.click (); await changed; const texts = [];"                                               \
  "for (const file of input.files) texts.push (file.name + ': ' + await file.text ());"            \
  "return texts.join (', ');"

static void
test_one (Fixture *fixture, gconstpointer data)
{
  g_autofree char *arguments = NULL;

  choose ("letter.txt", NULL);
  web_assert (&fixture->web, CHOOSE ("one"), "letter.txt: first file");
  arguments = read_runtime ("chooser-arguments");
  g_assert_nonnull (strstr (arguments, "--mime-type=image/png\n--mime-type=text/plain"));
  g_assert_nonnull (strstr (arguments, "--parent=x11:"));
  g_assert_null (strstr (arguments, "--multiple"));
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autofree char *arguments = NULL;

  choose ("a.txt", "b.txt");
  web_assert (&fixture->web, CHOOSE ("many"), "a.txt: first file, b.txt: second file");
  arguments = read_runtime ("chooser-arguments");
  g_assert_nonnull (strstr (arguments, "--multiple"));
}

/* The page can ask again, and goes on. */
static void
test_none (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };

  write_runtime ("choice", "");
  web_start (&fixture->web,
             "const input = document.getElementById ('one');"
             "const end = new Promise ((done) => { input.oncancel = done; });"
             "input.click (); await end; return String (input.files.length);",
             &call);
  wait_for (call.done);
  g_assert_cmpstr (call.text, ==, "0");
  g_free (call.text);
  choose ("letter.txt", NULL);
  web_assert (&fixture->web, CHOOSE ("one"), "letter.txt: first file");
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  write_runtime ("choice", "@fail");
  web_assert (&fixture->web, "document.getElementById ('one').click (); return 'clicked';",
              "clicked");
  wait_for (fixture->failure != NULL);
  g_assert_cmpstr (fixture->failure, ==, "The file chooser has failed. Please try again.");
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/file-chooser/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("one", test_one);
  ADD ("many", test_many);
  ADD ("none", test_none);
  ADD ("failed", test_failed);
#undef ADD

  return g_test_run ();
}
