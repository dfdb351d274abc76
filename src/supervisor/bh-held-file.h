/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * BH_HELD_FILE_CLOSED:
 *
 * What the descriptor of a file that has not been read yet is initialised with.
 */
#define BH_HELD_FILE_CLOSED (-1)

gssize bh_held_file_read      (int        *fd,
                               const char *directory,
                               const char *name,
                               char       *buffer,
                               gsize       size);
gssize bh_held_file_read_proc (int *fd, pid_t pid, const char *name, char *buffer, gsize size);
guint  bh_held_file_get_owner (int fd);
gssize bh_held_file_count     (int *fd, pid_t pid);
void   bh_held_file_close     (int *fd);

void bh_held_file_raise_limit   (void);
void bh_held_file_restore_limit (void);

G_END_DECLS
