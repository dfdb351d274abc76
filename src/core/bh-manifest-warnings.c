/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-manifest-private.h"

#include <glib/gi18n.h>

/*
 * What is said about a manifest that can be used but will not do all that it says. A member of
 * OpenFin's that Bulkhead does not honour is told by name, so that nobody believes in a setting
 * that has no effect; what neither knows is probably misspelt.
 */

#define MAX_WARNINGS 100

/* Members of OpenFin's manifest that Bulkhead reads nowhere (its types as of 2025). */
static const char *const manifest_members[] = {
  "appAssets",
  "assetsUrl",
  "autoShow",
  "deleteRemovedAssets",
  "devtools_port",
  "dialogSettings",
  "interopBrokerConfiguration",
  "licenseKey",
  "logUpload",
  "offlineAccess",
  "platform",
  "proxy",
  "runtime",
  "services",
  "shortcut",
  "snapshot",
  "splashScreenImage",
  "supportInformation",
};

static const char *const shortcut_members[] = {
  "company", "force", "startMenuRootFolder", "target", "uninstall-shortcut",
};

static const char *const app_members[] = {
  "accelerator",
  "apiDiagnostics",
  "appLogsTimezone",
  "aspectRatio",
  "autoShow",
  "autoplayPolicy",
  "backgroundColor",
  "backgroundThrottling",
  "commands",
  "contentCreation",
  "contentNavigation",
  "contentRedirect",
  "contextMenu",
  "contextMenuOptions",
  "contextMenuSettings",
  "cornerRounding",
  "customContext",
  "customData",
  "customRequestHeaders",
  "defaultViewOptions",
  "defaultWindowOptions",
  "domainSettings",
  "downloadShelf",
  "enableBeforeUnload",
  "hideOnClose",
  "hotkeys",
  "ignoreSavedWindowState",
  "loadErrorMessage",
  "maxHeight",
  "maxViewPoolSize",
  "maxWidth",
  "maximizable",
  "minimizable",
  "nonPersistent",
  "opacity",
  "permissions",
  "preloadScripts",
  "preventQuitOnLastWindowClosed",
  "processAffinity",
  "providerUrl",
  "resizeRegion",
  "roundedCorners",
  "shadow",
  "showTaskbarIcon",
  "smallWindow",
  "spellCheck",
  "state",
  "taskbarIconGroup",
  "waitForPageLoad",
  "webSecurity",
};

static const char *const window_members[] = {
  "aspectRatio",
  "autoShow",
  "backgroundColor",
  "contextMenu",
  "contextMenuOptions",
  "contextMenuSettings",
  "cornerRounding",
  "customContext",
  "customData",
  "fdc3InteropApi",
  "height",
  "hideOnClose",
  "icon",
  "ignoreSavedWindowState",
  "includeInSnapshots",
  "interop",
  "isClosable",
  "layoutSnapshot",
  "maxHeight",
  "maxWidth",
  "maximizable",
  "minimizable",
  "opacity",
  "preloadScripts",
  "processAffinity",
  "resizeRegion",
  "shadow",
  "showTaskbarIcon",
  "smallWindow",
  "state",
  "taskbarIconGroup",
  "title",
  "url",
  "uuid",
  "waitForPageLoad",
  "width",
  "workspacePlatform",
  "x",
  "y",
};

static const char *const snapshot_members[] = {
  "interopSnapshotDetails",
  "snapshotDetails",
};

static const struct
{
  const char *const *names;
  gsize n;
} members[] = {
  [BH_MEMBERS_NONE] = { NULL, 0 },
  [BH_MEMBERS_MANIFEST] = { manifest_members, G_N_ELEMENTS (manifest_members) },
  [BH_MEMBERS_SHORTCUT] = { shortcut_members, G_N_ELEMENTS (shortcut_members) },
  [BH_MEMBERS_APP] = { app_members, G_N_ELEMENTS (app_members) },
  [BH_MEMBERS_WINDOW] = { window_members, G_N_ELEMENTS (window_members) },
  [BH_MEMBERS_SNAPSHOT] = { snapshot_members, G_N_ELEMENTS (snapshot_members) },
};

typedef struct
{
  guint line;
  char *text;
} Warning;

static void
clear_warning (gpointer warning)
{
  g_free (((Warning *) warning)->text);
}

void
bh_manifest_reader_begin (BhManifestReader *reader)
{
  reader->warnings = g_array_new (FALSE, FALSE, sizeof (Warning));
  g_array_set_clear_func (reader->warnings, clear_warning);
}

static void
add_warning (BhManifestReader *reader, guint line, char *place, const char *message)
{
  g_autofree char *owned_place = place;
  Warning warning = {
    .line = line,
    /* Translators: a place in a manifest and what is odd there */
    .text = g_strdup_printf (_("%s: %s"), owned_place, message),
  };

  g_array_append_val (reader->warnings, warning);
}

void
bh_manifest_reader_warn (BhManifestReader *reader,
                         BhJsonObject *object,
                         const char *name,
                         const char *message)
{
  add_warning (reader, bh_json_object_get_line (object, name),
               bh_json_object_dup_place (object, name), message);
}

/* What is read and checked, but that no part of Bulkhead acts on yet: an entry goes when its
   promise is kept. */
void
bh_manifest_reader_warn_not_yet (BhManifestReader *reader,
                                 BhJsonObject *object,
                                 const char *name,
                                 BhNotYet what)
{
  static const char *const messages[] = {
    [BH_NOT_YET_LAYOUT] = N_("layouts of a platform are not shown yet: only the first view of the "
                             "first window opens"),
  };

  bh_manifest_reader_warn (reader, object, name, _(messages[what]));
}

/* Tells of what is left over in an object of OpenFin's. */
void
bh_manifest_reader_warn_leftovers (BhManifestReader *reader, BhJsonObject *object, BhMembers which)
{
  const char *const *known = members[which].names;
  gsize n_known = members[which].n;
  g_auto (GStrv) leftovers = bh_json_object_dup_leftovers (object);

  for (char **name = leftovers; *name != NULL; name++)
    {
      g_autofree char *message = NULL;
      g_autofree char *meant = NULL;
      gboolean is_known = FALSE;

      for (gsize i = 0; i < n_known && !is_known; i++)
        is_known = g_str_equal (*name, known[i]);

      /* Guessing costs time, and nobody reads that many. */
      if (!is_known && reader->warnings->len < MAX_WARNINGS)
        meant = bh_json_object_suggest (object, *name, known, n_known);
      if (is_known)
        message = g_strdup_printf (_("OpenFin's “%s” is not honoured"), *name);
      else if (meant != NULL)
        message = g_strdup_printf (_("is not known, and kept (did you mean “%s”?)"), meant);
      else
        message = g_strdup (_("is not known, and kept"));
      bh_manifest_reader_warn (reader, object, *name, message);
    }
}

static gint
compare_warnings (gconstpointer a, gconstpointer b)
{
  guint line_a = ((const Warning *) a)->line;
  guint line_b = ((const Warning *) b)->line;

  return line_a < line_b ? -1 : line_a > line_b;
}

/* Ends the reading, whether it went well or not. */
char **
bh_manifest_reader_end (BhManifestReader *reader)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  guint n = reader->warnings->len;

  g_array_sort (reader->warnings, compare_warnings);
  for (guint i = 0; i < MIN (n, MAX_WARNINGS); i++)
    g_strv_builder_add (texts, g_array_index (reader->warnings, Warning, i).text);
  if (n > MAX_WARNINGS)
    {
      g_autofree char *more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "… and %u more",
                                                            "… and %u more", n - MAX_WARNINGS),
                                               n - MAX_WARNINGS);

      g_strv_builder_add (texts, more);
    }

  g_clear_pointer (&reader->warnings, g_array_unref);

  return g_strv_builder_end (texts);
}

/* Puts the member's place before the message of an error from elsewhere. */
gboolean
bh_manifest_reader_fail (BhJsonObject *object, const char *name, GError **error, GError *problem)
{
  g_autoptr (GError) owned_problem = problem;

  bh_json_object_set_error (object, name, error, "%s", owned_problem->message);

  return FALSE;
}
