/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-config.h"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-table.h"

#include "bh-text.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

/*
 * bulkheadctl: Bulkhead's apps from a terminal and for scripts. This file has the table of
 * commands, and the commands that are about the program itself.
 */

/* For a version that is only told when it costs nothing to know, in milliseconds. */
#define PEEK_TIMEOUT 2000

static BhCliExit run_help (const BhCliCommand *command, BhCliOutput *output, char **argv);

#define ID_HELP                                                                                    \
  N_("An ID is what “bulkheadctl list” shows, or the last part of the app's object\n"          \
     "path on the bus. Several apps are treated at the same time.")

static const BhCliCommand commands[] = {
  { "list", "", N_("List the installed apps"), NULL, 0, 0, bh_cli_list },
  { "info", N_("ID"), N_("Tell all about an app"), NULL, 1, 1, bh_cli_info },
  { "launch", N_("ID…"), N_("Start apps, or raise those that run"), ID_HELP, 1, G_MAXUINT,
    bh_cli_launch },
  { "ps", "", N_("Show what runs and what it costs"),
    N_("CPU is in per cent of one core. A memory figure with “~” is an estimate,\n"
       "resident minus shared memory; “–” could not be measured. “much memory” says that\n"
       "an app has passed its limit “memory-high”, see “bulkheadctl help limits”.\n"
       "COLUMN is one of id, state, pid, memory, cpu, restarts, up-time, last-end,\n"
       "memory-peak, swap, cpu-time, threads, descriptors, disk, network and started."),
    0, 0, bh_cli_ps },
  { "top", "", N_("Show what runs and what it costs, live"),
    N_("The key h explains the keys. TIME is from 250ms to 1min. COLUMN is one of name, pid,\n"
       "state, memory, cpu, limit, threads, cpu-time, disk, network and up-time. A memory\n"
       "figure with “~” is an estimate, resident minus shared memory; “–” could not be\n"
       "measured. “Nearest limit” is the one of which most is used: memory, CPU, CPU time\n"
       "(tim) or threads. Without a terminal --batch prints the same as plain text."),
    0, 0, bh_cli_top },
  { "events", "", N_("Tell what has happened to apps"),
    N_("WHEN is how long ago, such as “10m”, “2h” or “3d”; “today” or “yesterday”; a date\n"
       "and time, such as “2026-11-25 17:30”; or a time of today, such as “17:30”.\n"
       "With --follow --json each line is an event. It goes on when the service is\n"
       "started anew, and leaves nothing out.\n"
       "KIND is one of adopted, backing-off, data-cleared, ended, gave-up, growing,\n"
       "history-lost, limit, limits-changed, pressed, process-ended, ready, responding,\n"
       "resumed, started, supervisor-started, supervisor-stopped, suspended, unresponsive."),
    0, 0, bh_cli_events },
  { "history", N_("ID"), N_("Tell what an app has cost over time"),
    N_("WHEN is how long ago, such as “10m”, “2h” or “3d”; “today” or “yesterday”; a date\n"
       "and time, such as “2026-11-25 17:30”; or a time of today, such as “17:30”.\n"
       "Minutes are kept for 7 days, hours for 90, and seconds for ten minutes while\n"
       "somebody watches. A long time is put together in fewer lines, unless --resolution\n"
       "says otherwise. CPU is in per cent of one core. The bars are full up to the mean and\n"
       "hatched up to the most."),
    1, 1, bh_cli_history },
  { "metrics", "", N_("Print what apps cost for Prometheus and its like"),
    N_("Without --format it is OpenMetrics, and Prometheus's text format for a FILE that ends\n"
       "in “.prom”, as node_exporter's textfile collector wants it. Asking does not start the\n"
       "service: while no app runs, “bulkhead_up” is 0 and there is nothing else."),
    0, 0, bh_cli_metrics },
  { "stop", N_("ID…"), N_("Ask apps to close, and kill those that do not"), ID_HELP, 1, G_MAXUINT,
    bh_cli_stop },
  { "kill", N_("ID…"), N_("Kill every process of apps"), ID_HELP, 1, G_MAXUINT, bh_cli_kill },
  { "restart", N_("ID…"), N_("Stop apps and start them again"), ID_HELP, 1, G_MAXUINT,
    bh_cli_restart },
  { "activate", N_("ID…"), N_("Raise the windows of running apps"), ID_HELP, 1, G_MAXUINT,
    bh_cli_activate },
  { "wait", N_("ID…"), N_("Give apps that do not respond more time"),
    N_("The state of such an app is “unresponsive”. It is taken for running again, until\n"
       "it has not answered for as long once more. An app that answers needs no time. This\n"
       "returns at once."),
    1, G_MAXUINT, bh_cli_wait },
  { "suspend", N_("[ID…]"), N_("Freeze apps, so that they use no CPU"),
    N_("A frozen app keeps its memory and its window, which shows what it last showed.\n"
       "With --all those go on that play sound, record, download, or that are set to stay\n"
       "awake (see “bulkheadctl help settings”). Launching or raising an app resumes it.\n"
       "An ID is what “bulkheadctl list” shows."),
    0, G_MAXUINT, bh_cli_suspend },
  { "resume", N_("[ID…]"), N_("Let frozen apps go on"),
    N_("With --all every app that is frozen goes on, whoever froze it.\n"
       "An ID is what “bulkheadctl list” shows."),
    0, G_MAXUINT, bh_cli_resume },
  { "devtools", N_("ID…"), N_("Open WebKit's inspector for the pages of apps"), ID_HELP, 1,
    G_MAXUINT, bh_cli_devtools },
  { "limits", N_("ID [LIMIT=VALUE…]"), N_("Show what an app may use, or change it"),
    N_("LIMIT is one of\n"
       "  memory       at which the app is ended, such as 512M\n"
       "  memory-high  from which it is asked to give memory back, and warned about;\n"
       "               90 % of memory unless it is set\n"
       "  cpu          share of one processor core, such as 50%; 200% is two cores\n"
       "  cpu-time     processor time after which it is ended, such as 1h or 90s\n"
       "  tasks        threads of all its processes together\n"
       "VALUE is as in a manifest; “none” removes a limit. What is set here comes before\n"
       "the manifest and the defaults for all apps, and stays until --reset. A limit of an\n"
       "app that the administrator manages can be lowered, but neither raised nor removed.\n"
       "“Held” is who sees to it while the app runs: the kernel, the supervisor or nobody."),
    1, G_MAXUINT, bh_cli_limits },
  { "settings", N_("ID [KEY=VALUE…]"), N_("Show what is set for one app alone, or change it"),
    N_("KEY is one of\n"
       "  muted          “yes” for no notifications about it\n"
       "  suspend-after  minutes in the background after which it is suspended, such as 10\n"
       "                 or 2h; “never”\n"
       "  keep-awake     “yes” when it shall never be suspended by itself, nor by “suspend\n"
       "                 --all”\n"
       "What is set stays until it is changed, also while the app is not installed."),
    1, G_MAXUINT, bh_cli_settings },
  { "permissions", N_("ID [ORIGIN KIND=ANSWER…]"),
    N_("Show what an app's pages are allowed, or change it"),
    N_("ORIGIN is an address without a path, such as https://example.org; KIND is\n"
       "notifications, geolocation, camera, microphone or another that is listed; ANSWER is\n"
       "allow, deny or ask, which forgets what was answered."),
    1, G_MAXUINT, bh_cli_permissions },
  { "storage", N_("ID"), N_("Show what an app has on the disk"), NULL, 1, 1, bh_cli_storage },
  { "clear", N_("ID KIND…"), N_("Remove what an app has on the disk"),
    N_("KIND is one of\n"
       "  data   what its pages keep: cookies, databases, log-ins\n"
       "  cache  what can be fetched again\n"
       "  state  its windows, their history, and its permissions\n"
       "An app that runs is stopped first. You are asked before anything is removed; a\n"
       "script, which can't be asked, says --yes."),
    2, G_MAXUINT, bh_cli_clear },
  { "check", N_("FILE…"), N_("Check manifests for errors"),
    N_("FILE is a manifest, a directory with a manifest.json, or “-” for the standard\n"
       "input. Warnings are about what Bulkhead does not honour; they do not make a\n"
       "manifest invalid."),
    1, G_MAXUINT, bh_cli_check },
  { "version", "", N_("Print the version"), NULL, 0, 0, bh_cli_version },
  { "help", N_("[COMMAND]"), N_("Explain a command"), NULL, 0, 1, run_help },
};

static const BhCliCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];

  return NULL;
}

static void
complain_about_command (BhCliOutput *output, const char *name)
{
  const char *names[G_N_ELEMENTS (commands)];
  g_autofree char *quoted = bh_text_quote (name);
  const char *similar;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i].name;

  similar = bh_text_suggest (name, names, G_N_ELEMENTS (names));
  if (similar != NULL)
    bh_cli_output_complain (output, _("there is no command %s; did you mean “%s”?"), quoted,
                            similar);
  else
    bh_cli_output_complain (output, _("there is no command %s; “bulkheadctl help” shows them all"),
                            quoted);
}

static void
print_overview (BhCliOutput *output)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autofree char *text = NULL;

  bh_cli_table_add_column (table, NULL, BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, NULL, BH_CLI_ALIGN_START);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage
          = g_strdup_printf ("  %s %s", commands[i].name,
                             *commands[i].arguments != '\0' ? _(commands[i].arguments) : "");
      const char *cells[] = { usage, _(commands[i].summary), NULL };

      bh_cli_table_add_row (table, cells);
    }
  text = bh_cli_table_to_string (table);

  bh_cli_output_print (
      output,
      _("Usage:\n"
        "  bulkheadctl COMMAND [OPTION…]\n"
        "\n"
        "Starts, watches and ends web apps, each in processes of its own.\n"
        "\n"
        "Commands:\n"
        "%s\n"
        "“bulkheadctl help COMMAND” explains a command and its options. Each takes "
        "“--json”\nbut top and metrics.\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such app.\n"),
      text);
}

static void
print_commands_json (BhCliOutput *output)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      json_builder_begin_object (builder);
      bh_cli_json_add_string (builder, "name", commands[i].name);
      bh_cli_json_add_string (builder, "arguments",
                              *commands[i].arguments != '\0' ? _(commands[i].arguments) : "");
      bh_cli_json_add_string (builder, "summary", _(commands[i].summary));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  bh_cli_output_print_json (output, builder);
}

static BhCliExit
run_help (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  const BhCliCommand *topic;
  BhCliExit exit_code;

  if (!bh_cli_command_parse (command, output, NULL, argv, &arguments, &exit_code))
    return exit_code;

  if (arguments[0] != NULL)
    {
      char *topic_argv[] = { arguments[0], (char[]){ "--help" }, NULL };

      topic = find_command (arguments[0]);
      if (topic != NULL)
        return topic->run (topic, output, topic_argv);
      complain_about_command (output, arguments[0]);
      return BH_CLI_USAGE;
    }

  if (bh_cli_output_get_json (output))
    print_commands_json (output);
  else
    print_overview (output);

  return BH_CLI_DONE;
}

/**
 * bh_cli_version:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Prints the version of this program, and of the service when that runs.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_version (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autofree char *service = NULL;
  g_auto (GStrv) arguments = NULL;
  BhCliExit exit_code;

  if (!bh_cli_command_parse (command, output, NULL, argv, &arguments, &exit_code))
    return exit_code;

  bus = bh_cli_connection_open (NULL);
  if (bus != NULL)
    service = bh_cli_connection_peek_version (bus, PEEK_TIMEOUT);

  if (bh_cli_output_get_json (output))
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      bh_cli_json_add_string (builder, "version", BH_VERSION);
      bh_cli_json_add_string (builder, "service", service);
      json_builder_end_object (builder);
      bh_cli_output_print_json (output, builder);
      return BH_CLI_DONE;
    }

  bh_cli_output_print (output, "bulkheadctl %s\n", BH_VERSION);
  if (service != NULL)
    bh_cli_output_print (output, "bulkhead-supervisor %s\n", service);

  return BH_CLI_DONE;
}

static BhCliExit
dispatch (BhCliOutput *output, char **argv)
{
  const BhCliCommand *command;

  if (argv[0] == NULL)
    {
      bh_cli_output_complain (output, _("which command? “bulkheadctl help” shows them all"));
      return BH_CLI_USAGE;
    }
  if (g_str_equal (argv[0], "--help") || g_str_equal (argv[0], "-h"))
    {
      print_overview (output);
      return BH_CLI_DONE;
    }
  if (g_str_equal (argv[0], "--version"))
    {
      bh_cli_output_print (output, "bulkheadctl %s\n", BH_VERSION);
      return BH_CLI_DONE;
    }

  command = find_command (argv[0]);
  if (command == NULL)
    {
      if (argv[0][0] == '-')
        bh_cli_output_complain (output,
                                _("“%s” is no command; options come after one, and “bulkheadctl "
                                  "help” shows them all"),
                                argv[0]);
      else
        complain_about_command (output, argv[0]);
      return BH_CLI_USAGE;
    }

  return command->run (command, output, argv);
}

/* Where a standard stream is closed the next file that is opened would take its place: the list
 * of apps would be written into the bus. What stands in its place here can't be written to, so
 * that the loss is noticed. */
static void
occupy_standard_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) == -1 && errno == EBADF
        && open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1)
      _exit (BH_CLI_FAILED);
}

int
main (int argc, char **argv)
{
  g_autoptr (BhCliOutput) output = NULL;
  BhCliExit exit_code;

  occupy_standard_streams ();
  /* A pipe that nobody reads is an error of writing, told like others. */
  signal (SIGPIPE, SIG_IGN);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("bulkheadctl");

  output = bh_cli_output_new (stdout, stderr);
  exit_code = dispatch (output, argc > 0 ? argv + 1 : argv);
  if (!bh_cli_output_finish (output) && exit_code == BH_CLI_DONE)
    exit_code = BH_CLI_FAILED;

  return exit_code;
}
