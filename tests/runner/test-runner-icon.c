/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-runner-icon.h"

#include <glib/gstdio.h>

#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST                                                                                   \
  "{\"startup_app\":{\"uuid\":\"mail\",\"name\":\"Mail\",\"url\":\"app:///index.html\"%s}}"
#define WITH_ICON ",\"icon\":\"images/icon.png\""

typedef struct
{
  char *root;
  char *files;
  char *icon;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *images = NULL;

  fixture->root = g_dir_make_tmp ("bh-icon-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->files = g_build_filename (fixture->root, "files", NULL);
  images = g_build_filename (fixture->files, "images", NULL);
  fixture->icon = g_build_filename (images, "icon.png", NULL);
  g_assert_cmpint (g_mkdir_with_parents (images, 0700), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *images = g_path_get_dirname (fixture->icon);
  g_autofree char *outside = g_build_filename (fixture->root, "outside.png", NULL);

  g_unlink (fixture->icon);
  g_unlink (outside);
  g_rmdir (images);
  g_rmdir (fixture->files);
  g_rmdir (fixture->root);
  g_free (fixture->icon);
  g_free (fixture->files);
  g_free (fixture->root);
}

static void
write_image (const char *path, int width, int height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, 0x336699ff);
  gdk_pixbuf_save (pixbuf, path, "png", &error, NULL);
  g_assert_no_error (error);
}

static GdkPixbuf *
load (Fixture *fixture, const char *member, GError **error)
{
  g_autofree char *manifest = g_strdup_printf (MANIFEST, member);
  g_autoptr (BhRunnerConfig) config = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) config_error = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "manifest", "s", manifest);
  g_variant_dict_insert (&dict, "manifest-path", "s", "/apps/mail/manifest.json");
  g_variant_dict_insert (&dict, "name", "s", "Mail");
  g_variant_dict_insert (&dict, "files", "s", fixture->files);
  g_variant_dict_insert (&dict, "data", "s", "/data");
  g_variant_dict_insert (&dict, "cache", "s", "/cache");
  g_variant_dict_insert (&dict, "state", "s", "/state");
  g_variant_dict_insert (&dict, "outgoing", "s", "/outgoing");
  g_variant_dict_insert (&dict, "activation-token", "s", "");
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));
  config = bh_runner_config_new (variant, &config_error);
  g_assert_no_error (config_error);

  return bh_runner_icon_load (config, error);
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (load (fixture, "", &error));
  g_assert_no_error (error);
  g_assert_null (load (fixture, ",\"icon\":\"https://mail.example/icon.png\"", &error));
  g_assert_no_error (error);
  g_assert_null (load (fixture, WITH_ICON, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  write_image (fixture->icon, 2000, 1000);
  pixbuf = load (fixture, WITH_ICON, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, 256);
  g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, 128);
}

static void
test_outside (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outside = g_build_filename (fixture->root, "outside.png", NULL);
  g_autoptr (GError) error = NULL;

  write_image (outside, 16, 16);
  g_assert_cmpint (symlink ("../../outside.png", fixture->icon), ==, 0);
  g_assert_null (load (fixture, WITH_ICON, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Nobody ever writes to it. */
static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mkfifo (fixture->icon, 0600), ==, 0);
  g_assert_null (load (fixture, WITH_ICON, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_image (fixture->icon, 16, 16);
  g_assert_cmpint (truncate (fixture->icon, 5 * 1024 * 1024), ==, 0);
  g_assert_null (load (fixture, WITH_ICON, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

static void
test_no_image (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->icon, "no image", -1, NULL));
  g_assert_null (load (fixture, WITH_ICON, &error));
  g_assert_error (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/runner-icon/none", Fixture, NULL, set_up, test_none, tear_down);
  g_test_add ("/runner-icon/size", Fixture, NULL, set_up, test_size, tear_down);
  g_test_add ("/runner-icon/outside", Fixture, NULL, set_up, test_outside, tear_down);
  g_test_add ("/runner-icon/pipe", Fixture, NULL, set_up, test_pipe, tear_down);
  g_test_add ("/runner-icon/too-large", Fixture, NULL, set_up, test_too_large, tear_down);
  g_test_add ("/runner-icon/no-image", Fixture, NULL, set_up, test_no_image, tear_down);

  return g_test_run ();
}
