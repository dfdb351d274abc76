/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-output.h"

G_BEGIN_DECLS

/**
 * BhCliExit:
 * @BH_CLI_DONE: everything was done
 * @BH_CLI_FAILED: something was not
 * @BH_CLI_USAGE: the command line makes no sense
 * @BH_CLI_NO_SUCH_APP: nothing failed but that no such app is installed
 *
 * The exit codes. Scripts depend on them.
 */
typedef enum {
  BH_CLI_DONE = 0,
  BH_CLI_FAILED = 1,
  BH_CLI_USAGE = 2,
  BH_CLI_NO_SUCH_APP = 3,
} BhCliExit;

typedef struct _BhCliCommand BhCliCommand;

/**
 * BhCliCommandFunc:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): the command's name and what follows it on the command line
 *
 * Does a command.
 *
 * Returns: the exit code
 */
typedef BhCliExit (*BhCliCommandFunc) (const BhCliCommand *command,
                                       BhCliOutput *output,
                                       char **argv);

/**
 * BhCliCommand:
 * @name: what the user types
 * @arguments: what follows, for the help; "" for nothing
 * @summary: what it does, in a line
 * @description: what else there is to know, or %NULL
 * @min_arguments: how many arguments it needs
 * @max_arguments: how many it takes
 * @run: does it
 *
 * A row of the table of commands; the texts for people are marked with N_().
 */
struct _BhCliCommand
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *description;
  guint min_arguments;
  guint max_arguments;
  BhCliCommandFunc run;
};

gboolean  bh_cli_command_parse      (const BhCliCommand *self,
                                     BhCliOutput        *output,
                                     const GOptionEntry *entries,
                                     char              **argv,
                                     char             ***arguments,
                                     BhCliExit          *exit_code);
void      bh_cli_command_misuse     (const BhCliCommand *self,
                                     BhCliOutput        *output,
                                     const char         *message);
BhCliExit bh_cli_command_fail       (BhCliOutput *output, const char *id, const GError *error);
gboolean  bh_cli_command_take_text  (const BhCliCommand *self, BhCliOutput *output, char **text);
gboolean  bh_cli_command_take_texts (const BhCliCommand *self, BhCliOutput *output, char **texts);

/* The commands, a file for each group. */
BhCliExit bh_cli_list        (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_info        (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_limits      (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_launch      (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_stop        (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_kill        (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_restart     (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_activate    (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_wait        (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_suspend     (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_resume      (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_devtools    (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_settings    (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_permissions (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_storage     (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_clear       (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_events      (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_history     (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_metrics     (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_ps          (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_top         (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_check       (const BhCliCommand *command, BhCliOutput *output, char **argv);
BhCliExit bh_cli_version     (const BhCliCommand *command, BhCliOutput *output, char **argv);

G_END_DECLS
