/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bulkhead-bus-link: what WebKit finds in the place of xdg-dbus-proxy inside an app's sandbox.
 *
 * WebKit starts an xdg-dbus-proxy of its own between each web process and the buses. But in the
 * sandbox the buses already are sockets of an xdg-dbus-proxy (bh-bubblewrap.c), and one can't be
 * behind another: the first takes the second's calls for forged ones, and closes the connection or
 * never answers (flatpak/xdg-dbus-proxy issue 67). So the outer one has sockets for web processes,
 * too, with the rules that WebKit would set: beside the socket NAME there is NAME.web. All that is
 * left to do here is to put a link to it where WebKit's own proxy would put its socket. The link is
 * followed when WebKit's bubblewrap binds it into the web process's sandbox.
 *
 * usage: bulkhead-bus-link --args=FD, or the arguments themselves, as for xdg-dbus-proxy:
 *        --fd=FD, and pairs of an address and a path; all other options are passed over.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "unix:path="
#define SUFFIX ".web"
/* More than WebKit's two buses with all their rules. */
#define MAX_ARGUMENTS (64 * 1024)
#define MAX_PATH      4096

/* Where the byte is written that says that the sockets are there, and the address whose path is the
 * next argument. */
static int ready_fd = -1;
static const char *address;

static int
put_link (const char *path)
{
  char target[MAX_PATH];
  size_t length;

  if (strncmp (address, PREFIX, strlen (PREFIX)) != 0)
    {
      fprintf (stderr, "bulkhead-bus-link: “%s” is no address of the sandbox\n", address);
      return 0;
    }
  address += strlen (PREFIX);
  length = strcspn (address, ",;");
  if (length + sizeof SUFFIX > sizeof target)
    {
      fputs ("bulkhead-bus-link: the address is too long\n", stderr);
      return 0;
    }
  memcpy (target, address, length);
  memcpy (target + length, SUFFIX, sizeof SUFFIX);

  unlink (path);
  if (symlink (target, path) == 0)
    return 1;
  fprintf (stderr, "bulkhead-bus-link: %s: %s\n", path, strerror (errno));

  return 0;
}

static int
take_argument (const char *argument)
{
  int done = 1;

  if (strncmp (argument, "--fd=", strlen ("--fd=")) == 0)
    ready_fd = atoi (argument + strlen ("--fd="));
  else if (strncmp (argument, "--", 2) == 0)
    return 1;
  else if (address == NULL)
    address = argument;
  else
    {
      done = put_link (argument);
      address = NULL;
    }

  return done;
}

/* Arguments that end with a NUL each. */
static int
take_arguments_from (int fd)
{
  static char block[MAX_ARGUMENTS];
  size_t length = 0;
  ssize_t got;

  while (length < sizeof block - 1
         && ((got = read (fd, block + length, sizeof block - 1 - length)) > 0
             || (got < 0 && errno == EINTR)))
    if (got > 0)
      length += (size_t) got;

  for (const char *argument = block; argument < block + length; argument += strlen (argument) + 1)
    if (!take_argument (argument))
      return 0;

  return 1;
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    {
      int done = strncmp (argv[i], "--args=", strlen ("--args=")) == 0
                     ? take_arguments_from (atoi (argv[i] + strlen ("--args=")))
                     : take_argument (argv[i]);

      if (!done)
        return 1;
    }

  return ready_fd >= 0 && write (ready_fd, "x", 1) == 1 ? 0 : 1;
}
