/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-storage.h"

#include "bh-error.h"
#include "bh-text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * How much a directory holds, and how it is emptied. The directory is an app's, which may have put
 * there whatever it likes: links to anywhere, directories in directories without end, names that
 * are no text. It may even be at it while the directory is counted; when it is emptied the app has
 * ended.
 *
 * So each step is taken from a descriptor, no link is followed, what is mounted there is left
 * alone, and neither way needs more descriptors or memory the deeper it goes: counting gives up
 * where nobody but a mischief-maker has directories, and emptying lifts each directory that it
 * finds to the top before it looks into it.
 */

/* WebKit's own are six deep. */
#define MAX_DEPTH 100
/* Files that have more than one name, which count once. */
#define MAX_LINKED 100000

#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* As most of a name as goes well into a sentence. */
#define MAX_NAME 60

#define BLOCK 512

typedef struct
{
  dev_t device;
  guint64 blocks;
  GHashTable *linked; /* inode numbers */
  GCancellable *cancellable;
} Count;

typedef struct
{
  const char *path;
  const char *keep;
  int root;
  dev_t device;
  guint number;  /* of the next directory that is lifted */
  guint lifted;  /* how many were */
  GError *error; /* the first */
} Removal;

static gboolean
is_dot (const char *name)
{
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/* Takes @fd in any case. */
static DIR *
take_directory (int fd)
{
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL && fd >= 0)
    {
      int code = errno;

      close (fd);
      errno = code;
    }

  return dir;
}

static gboolean
count_linked (Count *count, const struct stat *info, GError **error)
{
  gint64 *inode;

  if (count->linked == NULL)
    count->linked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  if (g_hash_table_size (count->linked) >= MAX_LINKED)
    {
      g_set_error_literal (error, BH_ERROR, BH_ERROR_FAILED,
                           _("Too many files have several names"));
      return FALSE;
    }
  inode = g_new (gint64, 1);
  *inode = (gint64) info->st_ino;
  if (g_hash_table_add (count->linked, inode))
    count->blocks += (guint64) info->st_blocks;

  return TRUE;
}

static gboolean
count_directory (Count *count, int fd, guint depth, GError **error)
{
  DIR *dir = take_directory (fd);
  struct dirent *entry;
  gboolean done = TRUE;

  if (dir == NULL)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("A directory can't be read: %s"),
                   g_strerror (errno));
      return FALSE;
    }

  while (done && (entry = readdir (dir)) != NULL)
    {
      struct stat info;

      if (is_dot (entry->d_name))
        continue;
      if (g_cancellable_set_error_if_cancelled (count->cancellable, error))
        {
          done = FALSE;
          break;
        }
      /* What has vanished meanwhile takes no room. */
      if (fstatat (dirfd (dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0
          || info.st_dev != count->device)
        continue;
      if (!S_ISDIR (info.st_mode) && info.st_nlink > 1)
        {
          done = count_linked (count, &info, error);
          continue;
        }
      count->blocks += (guint64) info.st_blocks;
      if (!S_ISDIR (info.st_mode))
        continue;
      if (depth >= MAX_DEPTH)
        {
          g_set_error_literal (error, BH_ERROR, BH_ERROR_FAILED,
                               _("The directories in it are nested too deep to be counted"));
          done = FALSE;
        }
      else
        {
          int inner = openat (dirfd (dir), entry->d_name, DIRECTORY_FLAGS);

          if (inner >= 0 || (errno != ENOENT && errno != ENOTDIR && errno != ELOOP))
            done = count_directory (count, inner, depth + 1, error);
        }
    }
  closedir (dir);

  return done;
}

/* Returns: a descriptor, or -1 with an error, or without one when there is no such directory. */
static int
open_root (const char *path, struct stat *info, GError **error)
{
  int fd = open (path, DIRECTORY_FLAGS);

  if (fd >= 0 && fstat (fd, info) == 0)
    return fd;
  /* A link shows as what is no directory, too. */
  if (fd >= 0 || errno != ENOENT)
    {
      int code = errno;
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be opened: %s"), shown,
                   g_strerror (code));
    }
  if (fd >= 0)
    close (fd);

  return -1;
}

/**
 * bh_storage_measure:
 * @path: a directory
 * @bytes: (out): the room on the disk that it and all in it take, 0 when it is not there
 * @cancellable: (nullable): ends the count
 * @error: return location for an error
 *
 * Counts the blocks that files take, each once however many names it has. What is on another file
 * system is not counted, and no link is followed. This blocks.
 *
 * Returns: %TRUE, or %FALSE when not all of it could be counted
 */
gboolean
bh_storage_measure (const char *path, guint64 *bytes, GCancellable *cancellable, GError **error)
{
  Count count = { .cancellable = cancellable };
  g_autoptr (GError) reason = NULL;
  struct stat info;
  gboolean counted;
  int fd;

  g_return_val_if_fail (path != NULL && bytes != NULL, FALSE);

  *bytes = 0;
  fd = open_root (path, &info, &reason);
  if (fd < 0)
    {
      if (reason == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }

  count.device = info.st_dev;
  count.blocks = (guint64) info.st_blocks;
  counted = count_directory (&count, fd, 1, error);
  g_clear_pointer (&count.linked, g_hash_table_unref);
  if (counted)
    *bytes = count.blocks * BLOCK;

  return counted;
}

static void
keep_error (Removal *removal, const char *name, int code)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *shown = bh_text_printable (display, MAX_NAME);
  g_autofree char *path = g_filename_display_name (removal->path);

  if (removal->error == NULL)
    removal->error = g_error_new (BH_ERROR, BH_ERROR_FAILED, _("“%s” in “%s” can't be removed: %s"),
                                  shown, path, g_strerror (code));
}

/* Opens a directory whatever its mode; -1 with errno when it can't be or is another file system. */
static int
open_any (Removal *removal, int parent, const char *name)
{
  int handle = openat (parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;
  int code = 0;
  int fd = -1;

  if (handle < 0)
    return -1;
  if (fstat (handle, &info) < 0)
    {
      code = errno;
    }
  else if (info.st_dev != removal->device)
    {
      code = EXDEV;
    }
  else
    {
      /* By the descriptor: by the name it could be a link by now. */
      if ((info.st_mode & S_IRWXU) != S_IRWXU)
        {
          g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", handle);

          (void) !chmod (link, S_IRWXU);
        }
      fd = openat (handle, ".", DIRECTORY_FLAGS);
      code = errno;
    }
  close (handle);
  errno = code;

  return fd;
}

/* Moves the directory @name from @fd to the top, where the next turn finds it. */
static gboolean
lift (Removal *removal, int fd, const char *name)
{
  for (;;)
    {
      int done;
      char top[32];

      g_snprintf (top, sizeof top, ".removed-%u", removal->number++);
      done = renameat (fd, name, removal->root, top);
      if (done < 0 && errno == EACCES)
        {
          /* Its own mode forbids to tell it of its new parent. */
          int inner = open_any (removal, fd, name);

          if (inner < 0)
            return FALSE;
          close (inner);
          done = renameat (fd, name, removal->root, top);
        }
      if (done == 0)
        {
          removal->lifted++;
          return TRUE;
        }
      if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
        return FALSE;
    }
}

/* Removes a directory at the top; those in it are at the top then. Returns: whether that, or at
 * least some of it, was done. */
static gboolean
remove_directory (Removal *removal, const char *name)
{
  DIR *dir = take_directory (open_any (removal, removal->root, name));
  struct dirent *entry;
  guint lifted = removal->lifted;

  if (dir == NULL)
    {
      /* What is none, but could not be removed either, may not be. */
      keep_error (removal, name, errno == ENOTDIR || errno == ELOOP ? EPERM : errno);
      return FALSE;
    }
  while ((entry = readdir (dir)) != NULL)
    if (!is_dot (entry->d_name) && unlinkat (dirfd (dir), entry->d_name, 0) < 0 && errno != ENOENT
        && !lift (removal, dirfd (dir), entry->d_name))
      keep_error (removal, entry->d_name, errno);
  closedir (dir);
  if (unlinkat (removal->root, name, AT_REMOVEDIR) == 0)
    return TRUE;
  keep_error (removal, name, errno);

  return removal->lifted > lifted;
}

/* Returns: whether it has removed anything, so that another turn is worth while. */
static gboolean
remove_top (Removal *removal)
{
  DIR *dir = take_directory (openat (removal->root, ".", DIRECTORY_FLAGS));
  struct dirent *entry;
  gboolean progress = FALSE;

  if (dir == NULL)
    {
      keep_error (removal, ".", errno);
      return FALSE;
    }
  g_clear_error (&removal->error);
  while ((entry = readdir (dir)) != NULL)
    {
      if (is_dot (entry->d_name) || g_strcmp0 (entry->d_name, removal->keep) == 0)
        continue;
      if (unlinkat (removal->root, entry->d_name, 0) == 0)
        progress = TRUE;
      else if (errno == EISDIR || errno == EPERM)
        progress = remove_directory (removal, entry->d_name) || progress;
      else if (errno != ENOENT)
        keep_error (removal, entry->d_name, errno);
    }
  closedir (dir);

  return progress;
}

/**
 * bh_storage_clear:
 * @path: a directory in which nobody writes now
 * @keep: (nullable): the name of a file in it that stays
 * @error: return location for an error
 *
 * Empties the directory, which itself stays, or is not there, and gets the mode 0700. No link is
 * followed, and what is mounted in it stays. This blocks.
 *
 * Returns: %TRUE, or %FALSE with what could not be removed; the rest is
 */
gboolean
bh_storage_clear (const char *path, const char *keep, GError **error)
{
  Removal removal = { .path = path, .keep = keep };
  g_autoptr (GError) reason = NULL;
  struct stat info;

  g_return_val_if_fail (path != NULL, FALSE);

  removal.root = open_root (path, &info, &reason);
  if (removal.root < 0)
    {
      if (reason == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }

  removal.device = info.st_dev;
  /* Where it is not ours to change, neither is what is in it. */
  (void) !fchmod (removal.root, S_IRWXU);
  while (remove_top (&removal))
    continue;
  close (removal.root);
  if (removal.error == NULL)
    return TRUE;
  g_propagate_error (error, removal.error);

  return FALSE;
}
