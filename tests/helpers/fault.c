/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * fault: harm from within, for processes whose program can't be asked to do it. It is preloaded
 * (LD_PRELOAD) into everything that an app consists of, and does nothing until one of the three
 * programs below gets a signal. What it then does it does for ever, or ends the process.
 *
 * While there is a file APP.ROLE beside the library, a process of that app and role ends before its
 * first instruction.
 */

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Added to SIGRTMIN; tests/faults/causes.py has the same. The first ones may be a library's. */
enum {
  HANG = 10,
  SPIN,
  LEAK,
  LEAK_HARD,
  FLOOD,
  EXIT_0,
  EXIT_1,
  CRASH,
  LAST = CRASH
};

#define MIB            ((size_t) 1024 * 1024)
#define STEP           (8 * MIB)
#define STEP_PAUSE     (40 * 1000 * 1000) /* nanoseconds: 200 MiB a second */
#define MAX_THREADS    4000
#define THREAD_PAUSE   (1000 * 1000)
#define SMALL_STACK    (64 * 1024)
#define APP_VARIABLE   "BULKHEAD_APP"
#define PLACE_VARIABLE "LD_LIBRARY_PATH"

static const struct
{
  const char *program;
  const char *role;
} roles[] = {
  { "bulkhead-runner", "runner" },
  { "WebKitWebProcess", "web" },
  { "WebKitNetworkProcess", "network" },
};

static sem_t wanted;
static volatile sig_atomic_t harm;
static volatile int *volatile nowhere;

static void
rest (long nanoseconds)
{
  const struct timespec pause = { .tv_nsec = nanoseconds };

  nanosleep (&pause, NULL);
}

/* Resident memory that is like no other: it can neither be merged nor compressed away. */
static void
take_memory (size_t bytes)
{
  static unsigned serial;
  char *block = mmap (NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (block == MAP_FAILED)
    return;
  for (size_t at = 0; at < bytes; at += 4096)
    memcpy (block + at, &(unsigned){ ++serial }, sizeof serial);
}

static void
spin (void)
{
  for (volatile unsigned long i = 0;; i++)
    ;
}

static void *
wait_for_ever (void *data)
{
  while (1)
    pause ();

  return NULL;
}

static void
flood (void)
{
  pthread_attr_t attributes;
  pthread_t thread;

  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, SMALL_STACK);
  for (int i = 0; i < MAX_THREADS; i++)
    {
      pthread_create (&thread, &attributes, wait_for_ever, NULL);
      rest (THREAD_PAUSE);
    }
}

/* The harm that leaves the main loop alone. */
static void *
serve (void *data)
{
  while (sem_wait (&wanted) != 0)
    ;
  switch (harm)
    {
    case SPIN:
      spin ();
      break;
    case LEAK:
      while (1)
        {
          take_memory (STEP);
          rest (STEP_PAUSE);
        }
      break;
    case FLOOD:
      flood ();
      break;
    default:
      break;
    }

  return wait_for_ever (NULL);
}

static void
on_order (int number)
{
  int code = errno;

  /* It is the main loop that is to suffer. */
  if (syscall (SYS_gettid) != getpid ())
    {
      syscall (SYS_tgkill, getpid (), getpid (), number);
      errno = code;
      return;
    }
  switch (number - SIGRTMIN)
    {
    case HANG:
      wait_for_ever (NULL);
      break;
    case LEAK_HARD:
      while (1)
        take_memory (MIB);
      break;
    case EXIT_0:
      _exit (0);
    case EXIT_1:
      _exit (1);
    case CRASH:
      *nowhere = 0;
      break;
    default:
      harm = number - SIGRTMIN;
      sem_post (&wanted);
      break;
    }
  errno = code;
}

static void
start_server (void)
{
  sigset_t all, old;
  pthread_t thread;

  sem_init (&wanted, 0, 0);
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  pthread_create (&thread, NULL, serve, NULL);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
}

static int
must_fail (const char *app, const char *role)
{
  const char *place = getenv (PLACE_VARIABLE);
  char path[PATH_MAX];

  if (app == NULL || place == NULL)
    return 0;
  snprintf (path, sizeof path, "%s/%s.%s", place, app, role);

  return access (path, F_OK) == 0;
}

__attribute__ ((constructor)) static void
prepare (void)
{
  const struct sigaction action = { .sa_handler = on_order, .sa_flags = SA_RESTART };

  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    {
      if (strcmp (program_invocation_short_name, roles[i].program) != 0)
        continue;
      if (must_fail (getenv (APP_VARIABLE), roles[i].role))
        _exit (1);
      for (int number = HANG; number <= LAST; number++)
        sigaction (SIGRTMIN + number, &action, NULL);
      start_server ();
    }
}
