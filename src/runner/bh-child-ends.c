/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-child-ends.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * How WebKit's processes end. WebKit does not say: of a page's process it tells only that it is
 * gone, and of the network process not even that. The kernel tells the parent, which is this
 * program, but only once: to whoever collects the child, and that is a thread of GLib's.
 *
 * So the calls by which a child is collected are defined here, where the dynamic linker finds them
 * before libc's. They do the same, and note beforehand who it is that has ended: until it is
 * collected a child that has ended keeps its name. Nothing is missed in this way and nothing told
 * twice, which no other way can do: a thread of our own that waits for the same child without
 * collecting it loses the race against GLib's in 4 of 5 cases, and on one processor in 99 of 100
 * (measured with GLib 2.74).
 */

/* As the kernel cuts them. */
#define NAME_NETWORK "WebKitNetworkPr"
#define NAME_WEB     "WebKitWebProces"
#define NAME_BWRAP   "bwrap"
#define NAME_SPAWN   "flatpak-spawn"

/* A sandbox says that what it held was ended by signal N by exiting with 128 + N. */
#define SIGNALLED 128

struct _BhChildEnds
{
  GObject parent_instance;
};

enum {
  SIGNAL_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The one that is told, and may be looked at on the main thread alone. */
static BhChildEnds *listener;

typedef struct
{
  BhChildRole role;
  int status;
} End;

G_DEFINE_FINAL_TYPE (BhChildEnds, bh_child_ends, G_TYPE_OBJECT)

static gboolean
on_end (gpointer user_data)
{
  End *end = user_data;

  if (listener != NULL)
    g_signal_emit (listener, signals[SIGNAL_ENDED], 0, end->role, end->status);

  return G_SOURCE_REMOVE;
}

static gboolean
read_name (pid_t pid, char *name, gsize size)
{
  char path[32];
  gssize length;
  int fd;

  g_snprintf (path, sizeof path, "/proc/%d/comm", (int) pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  length = read (fd, name, size - 1);
  close (fd);
  if (length <= 0)
    return FALSE;
  name[name[length - 1] == '\n' ? length - 1 : length] = '\0';

  return TRUE;
}

/* What waitpid() would have said, from what waitid() does. */
static int
wait_status_of (const siginfo_t *info)
{
  if (info->si_code == CLD_EXITED)
    return W_EXITCODE (info->si_status, 0);

  return W_EXITCODE (0, info->si_status) | (info->si_code == CLD_DUMPED ? WCOREFLAG : 0);
}

static void
note_end (const siginfo_t *info)
{
  int status = wait_status_of (info);
  BhChildRole role = BH_CHILD_WEB;
  char name[32];
  End *end;

  if (!read_name (info->si_pid, name, sizeof name))
    return;
  if (strcmp (name, NAME_NETWORK) == 0)
    role = BH_CHILD_NETWORK;
  else if ((strcmp (name, NAME_BWRAP) == 0 || strcmp (name, NAME_SPAWN) == 0) && WIFEXITED (status)
           && WEXITSTATUS (status) > SIGNALLED && WEXITSTATUS (status) <= SIGNALLED + SIGRTMAX)
    status = W_EXITCODE (0, WEXITSTATUS (status) - SIGNALLED);
  else if (strcmp (name, NAME_WEB) != 0 && strcmp (name, NAME_BWRAP) != 0
           && strcmp (name, NAME_SPAWN) != 0)
    return;

  end = g_new (End, 1);
  *end = (End){ .role = role, .status = status };
  g_idle_add_full (G_PRIORITY_HIGH, on_end, end, g_free);
}

/* Waits as long as the caller means to, and notes what has ended without collecting it. */
static void
look (idtype_t type, id_t id, int options)
{
  siginfo_t info = { 0 };
  int code = errno;

  if ((options & WEXITED) != 0 && (options & WNOWAIT) == 0
      && syscall (SYS_waitid, type, id, &info, options | WNOWAIT, NULL) == 0 && info.si_pid != 0
      && (info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED))
    note_end (&info);
  errno = code;
}

/* libc's, see waitid(2). */
__attribute__ ((visibility ("default"))) int
waitid (idtype_t type, id_t id, siginfo_t *info, int options)
{
  /* Who waits for just any child would not collect the one that was seen. */
  if (type == P_PID || type == (idtype_t) P_PIDFD)
    look (type, id, options);

  return (int) syscall (SYS_waitid, type, id, info, options, NULL);
}

/* libc's, see waitpid(2). */
__attribute__ ((visibility ("default"))) pid_t
waitpid (pid_t pid, int *status, int options)
{
  if (pid > 0)
    look (P_PID, (id_t) pid, WEXITED | (options & (WNOHANG | WUNTRACED | WCONTINUED)));

  return (pid_t) syscall (SYS_wait4, pid, status, options, NULL);
}

static void
bh_child_ends_dispose (GObject *object)
{
  if (listener == BH_CHILD_ENDS (object))
    listener = NULL;

  G_OBJECT_CLASS (bh_child_ends_parent_class)->dispose (object);
}

static void
bh_child_ends_class_init (BhChildEndsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bh_child_ends_dispose;

  /**
   * BhChildEnds::ended:
   * @role: a #BhChildRole
   * @status: how, as waitpid() gives it; that of a page's process also through its sandbox
   *
   * One of WebKit's processes has ended.
   */
  signals[SIGNAL_ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void
bh_child_ends_init (BhChildEnds *self)
{
}

/**
 * bh_child_ends_new:
 *
 * There can be one at a time, and it lives on the main thread.
 *
 * Returns: (transfer full): what tells how WebKit's processes end
 */
BhChildEnds *
bh_child_ends_new (void)
{
  BhChildEnds *self;

  g_return_val_if_fail (listener == NULL, NULL);

  self = g_object_new (BH_TYPE_CHILD_ENDS, NULL);
  listener = self;

  return self;
}
