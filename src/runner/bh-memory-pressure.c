/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-memory-pressure.h"

#include <unistd.h>

/*
 * The first stage of the memory limit, inside WebKit: its processes look at themselves each second,
 * give back what they can do without, and end a page that is past what the limit leaves for it.
 * That comes before the supervisor or the kernel ends anything, so a page that grows slowly shrinks
 * first, and its process alone goes and not the window.
 *
 * It is no more than a first stage. WebKit looks from the main thread of the page's process, so a
 * page that does not yield is not seen; and it counts only anonymous memory that is private and
 * dirty. The rest of an instance (the runner, the network process, what all of them map from files)
 * is measured to be 205 MiB for an app that runs alone, so that OVERHEAD is taken off. A limit that
 * leaves a page hardly more than that is the supervisor's or the kernel's alone.
 */

#define MIB      ((guint64) 1024 * 1024)
#define OVERHEAD (240 * MIB)

/* Of the limit, whatever the overhead: a page that may use next to nothing would not even load. */
#define LEAST_SHARE 4

/* In seconds. A look costs some 5 ms (measured); without a limit nothing is urgent. */
#define POLL         1.0
#define RELAXED_POLL 5.0

/* Of what the page may use: from when on WebKit drops caches, all that it can, and the page. */
#define CONSERVATIVE 0.5
#define STRICT       0.7
#define KILL         1.0

/* A kill threshold of 0 would be WebKit's own, which is not “never”. */
#define NEVER 1000000.0

/* Without a limit: as WebKit has it. */
#define USUAL_MEMORY       (3 * 1024 * MIB)
#define USUAL_CONSERVATIVE 0.33
#define USUAL_STRICT       0.5

static guint64
get_share (guint64 memory)
{
  return MAX (memory > OVERHEAD ? memory - OVERHEAD : 0, memory / LEAST_SHARE);
}

static guint64
get_usual_memory (void)
{
  guint64 present = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE);

  return MIN (USUAL_MEMORY, present);
}

static WebKitMemoryPressureSettings *
create (guint64 limit, double conservative, double strict, double kill, double poll)
{
  WebKitMemoryPressureSettings *settings = webkit_memory_pressure_settings_new ();

  webkit_memory_pressure_settings_set_memory_limit (settings, (guint) MAX (limit / MIB, 1));
  /* Each must be below the next at any time. */
  webkit_memory_pressure_settings_set_kill_threshold (settings, kill);
  if (strict > webkit_memory_pressure_settings_get_conservative_threshold (settings))
    {
      webkit_memory_pressure_settings_set_strict_threshold (settings, strict);
      webkit_memory_pressure_settings_set_conservative_threshold (settings, conservative);
    }
  else
    {
      webkit_memory_pressure_settings_set_conservative_threshold (settings, conservative);
      webkit_memory_pressure_settings_set_strict_threshold (settings, strict);
    }
  webkit_memory_pressure_settings_set_poll_interval (settings, poll);

  return settings;
}

/**
 * bh_memory_pressure_new_for_pages:
 * @memory: what the whole app may use, in bytes, 0 for any amount
 * @memory_high: from when on it is pressed, in bytes, 0 for never
 *
 * What the processes of the app's pages do about the memory that they use: without a @memory they
 * only shed what they can do without; with one they do so in time, so that the app need not pass
 * @memory_high, and a page that needs more than is left for it is ended.
 *
 * Returns: (transfer full): settings for a context
 */
WebKitMemoryPressureSettings *
bh_memory_pressure_new_for_pages (guint64 memory, guint64 memory_high)
{
  double strict = STRICT;
  guint64 limit;

  if (memory == 0 && memory_high == 0)
    return create (get_usual_memory (), USUAL_CONSERVATIVE, USUAL_STRICT, NEVER, RELAXED_POLL);
  if (memory == 0)
    return create (get_share (memory_high), CONSERVATIVE, STRICT, NEVER, POLL);

  limit = get_share (memory);
  if (memory_high != 0)
    strict = MIN (strict, (double) get_share (memory_high) / (double) limit);

  return create (limit, strict * CONSERVATIVE / STRICT, strict, KILL, POLL);
}

/**
 * bh_memory_pressure_new_for_network:
 * @memory: what the whole app may use, in bytes, 0 for any amount
 *
 * What the app's network process does about the memory that it uses. It is not ended by itself:
 * what it holds, it holds for a page.
 *
 * Returns: (transfer full): settings for webkit_website_data_manager_set_memory_pressure_settings()
 */
WebKitMemoryPressureSettings *
bh_memory_pressure_new_for_network (guint64 memory)
{
  if (memory == 0)
    return create (get_usual_memory (), USUAL_CONSERVATIVE, USUAL_STRICT, NEVER, RELAXED_POLL);

  return create (get_share (memory), CONSERVATIVE, STRICT, NEVER, POLL);
}
