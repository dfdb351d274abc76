/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-runner-config.h"

#define MANIFEST                                                                                   \
  "{\"startup_app\":{\"uuid\":\"mail\",\"name\":\"Mail\",\"url\":\"app:///index.html\","           \
  "\"icon\":\"images/icon.svg\"}}"

static GVariant *
build (const char *without, const char *manifest, const char *uri)
{
  const struct
  {
    const char *key;
    const char *value;
  } texts[] = {
    { "manifest", manifest },   { "manifest-path", "/apps/mail/manifest.json" },
    { "name", "Mail" },         { "files", "/apps/mail" },
    { "data", "/data" },        { "cache", "/cache" },
    { "state", "/state" },      { "outgoing", "/outgoing" },
    { "activation-token", "" }, { "uri", uri },
  };
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_strcmp0 (texts[i].key, without) != 0)
      g_variant_dict_insert (&dict, texts[i].key, "s", texts[i].value);
  g_variant_dict_insert (&dict, "pid", "u", 4711u);
  g_variant_dict_insert (&dict, "heartbeat", "u", 5000u);
  g_variant_dict_insert (&dict, "memory", "t", (guint64) 4000);
  g_variant_dict_insert (&dict, "memory-high", "t", (guint64) 3000);

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
test_complete (void)
{
  g_autoptr (GVariant) variant = build (NULL, MANIFEST, "");
  g_autoptr (GError) error = NULL;
  g_autoptr (BhRunnerConfig) config = bh_runner_config_new (variant, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (bh_app_id_get_uuid (bh_runner_config_get_id (config)), ==, "mail");
  g_assert_cmpstr (bh_runner_config_get_name (config), ==, "Mail");
  g_assert_cmpstr (bh_runner_config_get_uri (config), ==, "app://mail/index.html");
  g_assert_cmpstr (bh_runner_config_get_files (config), ==, "/apps/mail");
  g_assert_cmpstr (bh_runner_config_get_data_dir (config), ==, "/data");
  g_assert_cmpstr (bh_runner_config_get_cache_dir (config), ==, "/cache");
  g_assert_cmpstr (bh_runner_config_get_state_dir (config), ==, "/state");
  g_assert_cmpuint (bh_runner_config_get_pid (config), ==, 4711);
  g_assert_cmpuint (bh_runner_config_get_heartbeat (config), ==, 5000);
  g_assert_cmpuint (bh_runner_config_get_memory (config), ==, 4000);
  g_assert_cmpuint (bh_runner_config_get_memory_high (config), ==, 3000);
  g_assert_finalize_object (g_steal_pointer (&config));
}

static void
test_uri (void)
{
  g_autoptr (GVariant) inside = build (NULL, MANIFEST, "app://mail/inbox.html#3");
  g_autoptr (GVariant) outside = build (NULL, MANIFEST, "https://elsewhere.example/");
  g_autoptr (GError) error = NULL;
  g_autoptr (BhRunnerConfig) config = bh_runner_config_new (inside, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (bh_runner_config_get_uri (config), ==, "app://mail/inbox.html#3");

  g_assert_null (bh_runner_config_new (outside, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
}

static void
assert_beginning (const char *name, const char *uri, BhBeginning expected)
{
  g_autoptr (GVariant) variant = build (NULL, MANIFEST, uri);
  g_autoptr (GVariant) with_name = NULL;
  g_autoptr (BhRunnerConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, variant);
  if (name != NULL)
    g_variant_dict_insert (&dict, "beginning", "s", name);
  with_name = g_variant_ref_sink (g_variant_dict_end (&dict));
  config = bh_runner_config_new (with_name, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bh_runner_config_get_beginning (config), ==, expected);
}

static void
test_beginning (void)
{
  assert_beginning (NULL, "", BH_BEGINNING_LAUNCH);
  assert_beginning ("launch", "", BH_BEGINNING_LAUNCH);
  assert_beginning ("of another version", "", BH_BEGINNING_LAUNCH);
  assert_beginning ("continue", "", BH_BEGINNING_CONTINUE);
  assert_beginning ("page", "", BH_BEGINNING_PAGE);
  /* What is asked for is shown, whatever else is said. */
  assert_beginning ("continue", "app://mail/inbox.html", BH_BEGINNING_PAGE);
}

static void
test_incomplete (void)
{
  static const char *const keys[]
      = { "manifest", "manifest-path", "name",     "files",           "data",
          "cache",    "state",         "outgoing", "activation-token" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) variant = build (keys[i], MANIFEST, "");
      g_autoptr (GError) error = NULL;

      g_assert_null (bh_runner_config_new (variant, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_bad_manifest (void)
{
  g_autoptr (GVariant) variant = build (NULL, "{", "");
  g_autoptr (GError) error = NULL;

  g_assert_null (bh_runner_config_new (variant, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_MANIFEST);
  g_assert_true (g_str_has_prefix (error->message, "/apps/mail/manifest.json: "));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/runner-config/complete", test_complete);
  g_test_add_func ("/runner-config/uri", test_uri);
  g_test_add_func ("/runner-config/beginning", test_beginning);
  g_test_add_func ("/runner-config/incomplete", test_incomplete);
  g_test_add_func ("/runner-config/bad-manifest", test_bad_manifest);

  return g_test_run ();
}
