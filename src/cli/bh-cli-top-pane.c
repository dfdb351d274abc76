/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top.h"

#include "bh-cli-top-actions.h"
#include "bh-cli-top-feed.h"
#include "bh-cli-top-line.h"
#include "bh-cli-top-model.h"
#include "bh-cli-top-screen.h"

#include "bh-cli-text.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include <signal.h>
#include <unistd.h>

/*
 * `top` in a terminal: what each key does, and which line stands where. What is shown is the
 * model's, how a line looks is in bh-cli-top-line.c, and what terminals need in
 * bh-cli-top-screen.c.
 */

/* How long a message stands in the last line. */
#define MESSAGE_TIME (5 * G_USEC_PER_SEC)
/* Lower than this there is but one line over the table. */
#define LOW_HEIGHT 12
#define ESCAPE     27
#define CTRL_L     12
#define MAX_TYPED  200

typedef enum {
  MODE_TABLE,
  MODE_SEARCH,
  MODE_FILTER,
  MODE_QUESTION,
  MODE_SORT,
  MODE_HELP,
} Mode;

typedef struct
{
  BhCliOutput *output;
  GDBusConnection *bus;
  const BhCliTopOptions *options;
  BhCliTopModel *model;
  BhCliTopFeed *feed;
  GMainLoop *loop;
  GCancellable *cancellable;
  Mode mode;
  GString *input;
  char *searched;
  char *message;
  gboolean message_is_bad;
  gint64 message_end;
  char *trouble;
  char *end_trouble;
  gboolean sampled;
  /* The first row that is shown. */
  guint first;
  /* What is asked about, and of which app. */
  BhCliTopAction action;
  char *app_id;
  char *question;
  guint chosen;
} Pane;

typedef struct
{
  const char *keys;
  const char *text;
} Help;

static const Help help[] = {
  { N_("Up, Down, Page keys"), N_("Select an app or a process") },
  { N_("Enter, Space"), N_("Show or hide the processes of the app") },
  { N_("+ - *"), N_("Show them, hide them, those of all apps") },
  { "k, F9", N_("Kill the app, with all its processes") },
  { "s", N_("Stop it: ask it to close, and kill it when it does not") },
  { "r", N_("Restart it") },
  { "z", N_("Suspend it, or let it go on") },
  { "Z, W", N_("Suspend all apps; let all go on") },
  { "a", N_("Raise its window") },
  { N_("/, n, F3"), N_("Search for a name; the next one") },
  { "\\, F4", N_("Show only apps with this in their names; Esc shows all") },
  { "< >, F6", N_("Sort by another column") },
  { "M, P, T, N", N_("Sort by memory, CPU, CPU time, name") },
  { "i", N_("Sort the other way round") },
  { "1", N_("CPU in per cent of one core, or of the whole machine") },
  { "h, F1", N_("This help") },
  { "q, F10", N_("Quit") },
};

static guint
get_n_summary (guint height)
{
  return height < LOW_HEIGHT ? 1 : BH_CLI_TOP_N_SUMMARY;
}

static void
draw_and_free (guint row, BhCliTopLine *line, gboolean selected)
{
  bh_cli_top_screen_draw (row, line, selected);
  bh_cli_top_line_free (line);
}

/* So that the selected row is on the screen. */
static void
scroll (Pane *pane, guint room)
{
  guint selected = bh_cli_top_model_get_selected (pane->model);
  guint n = bh_cli_top_model_get_n_rows (pane->model);

  if (selected < pane->first)
    pane->first = selected;
  else if (selected >= pane->first + room)
    pane->first = selected - room + 1;
  if (pane->first + room > n)
    pane->first = n > room ? n - room : 0;
}

static void
draw_table (Pane *pane, guint top, guint room, guint width)
{
  guint n = bh_cli_top_model_get_n_rows (pane->model);
  guint row = 0;

  scroll (pane, room);
  for (; row < room && pane->first + row < n; row++)
    draw_and_free (top + row, bh_cli_top_line_new_row (pane->model, pane->first + row, width),
                   pane->first + row == bh_cli_top_model_get_selected (pane->model));
  if (n == 0 && room > 1)
    {
      BhCliTopLine *line = bh_cli_top_line_new (width);

      bh_cli_top_screen_clear (top);
      row = 1;
      bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN, "  %s",
                           !pane->sampled ? _("Waiting for the first figures…")
                           : bh_cli_top_model_get_filter (pane->model) != NULL
                               ? _("No app that runs has that in its name.")
                               : _("No app is running."));
      draw_and_free (top + row++, line, FALSE);
    }
  for (; row < room; row++)
    bh_cli_top_screen_clear (top + row);
}

static void
draw_help (guint top, guint room, guint width)
{
  guint row = 0;

  for (; row < room && row < G_N_ELEMENTS (help); row++)
    {
      BhCliTopLine *line = bh_cli_top_line_new (width);

      bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, "  %s", _(help[row].keys));
      bh_cli_top_line_pad (line, BH_CLI_TOP_PLAIN, width < 60 ? 16 : 24);
      bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN, "  %s", _(help[row].text));
      draw_and_free (top + row, line, FALSE);
    }
  for (; row < room; row++)
    bh_cli_top_screen_clear (top + row);
}

static void
draw_columns (Pane *pane, guint top, guint room, guint width)
{
  guint row = 0;

  for (; row < room && row < BH_N_CLI_TOP_COLUMNS; row++)
    {
      BhCliTopLine *line = bh_cli_top_line_new (width);

      bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN, "  %s",
                           bh_cli_top_column_get_heading ((BhCliTopColumn) row));
      draw_and_free (top + row, line, row == pane->chosen);
    }
  for (; row < room; row++)
    bh_cli_top_screen_clear (top + row);
}

static BhCliTopLine *
make_last_line (Pane *pane, guint width)
{
  BhCliTopLine *line = bh_cli_top_line_new (width);

  if (pane->mode == MODE_SEARCH)
    bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, _("Search: %s"), pane->input->str);
  else if (pane->mode == MODE_FILTER)
    bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, _("Show only: %s"), pane->input->str);
  else if (pane->mode == MODE_QUESTION)
    bh_cli_top_line_add (line, BH_CLI_TOP_WARNING, "%s", pane->question);
  else if (pane->mode == MODE_HELP)
    bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "%s", _("Any key goes back to the apps."));
  else if (pane->mode == MODE_SORT)
    bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "%s", _("Sort by which column? Enter takes it."));
  else if (pane->message != NULL && g_get_monotonic_time () < pane->message_end)
    bh_cli_top_line_add (line, pane->message_is_bad ? BH_CLI_TOP_BAD : BH_CLI_TOP_STRONG, "%s%s",
                         pane->message_is_bad ? "! " : "", pane->message);
  else if (pane->trouble != NULL)
    bh_cli_top_line_add (line, BH_CLI_TOP_BAD, "! %s", pane->trouble);
  else
    bh_cli_top_line_add (
        line, BH_CLI_TOP_WEAK, "%s",
        _("h help  q quit  Enter processes  k kill  s stop  r restart  z sleep  / search  "
          "\\ only  < > sort  1 CPU"));

  return line;
}

static void
draw (Pane *pane)
{
  BhCliTopLine *last;
  g_autofree char *typed = NULL;
  guint width, height, n, top, room;

  bh_cli_top_screen_get_size (&width, &height);
  n = get_n_summary (height);
  top = n + 1;
  room = height > top + 1 ? height - top - 1 : 0;
  for (guint i = 0; i < n; i++)
    draw_and_free (i, bh_cli_top_line_new_summary (pane->model, i, width), FALSE);
  draw_and_free (n, bh_cli_top_line_new_headings (pane->model, width), FALSE);
  if (pane->mode == MODE_HELP)
    draw_help (top, room, width);
  else if (pane->mode == MODE_SORT)
    draw_columns (pane, top, room, width);
  else
    draw_table (pane, top, room, width);

  last = make_last_line (pane, width);
  typed = bh_cli_top_line_to_text (last);
  g_strchomp (typed);
  draw_and_free (height - 1, last, FALSE);
  if (pane->mode == MODE_SEARCH || pane->mode == MODE_FILTER || pane->mode == MODE_QUESTION)
    bh_cli_top_screen_show ((int) height - 1,
                            bh_cli_text_get_width (typed) + (pane->input->len == 0 ? 1 : 0));
  else
    bh_cli_top_screen_show (-1, 0);
}

static void
on_told (const char *text, gboolean failed, gpointer user_data)
{
  Pane *pane = user_data;

  g_free (pane->message);
  pane->message = bh_cli_text_clean (text);
  pane->message_is_bad = failed;
  pane->message_end = g_get_monotonic_time () + MESSAGE_TIME;
  draw (pane);
}

static void
focus (Pane *pane)
{
  const BhCliTopItem *app
      = bh_cli_top_model_get_app (pane->model, bh_cli_top_model_get_selected (pane->model));

  if (app != NULL)
    bh_cli_top_feed_focus (pane->feed, app->path);
}

static void
select_row (Pane *pane, gint64 index)
{
  bh_cli_top_model_select (pane->model, (guint) MAX (index, 0));
  focus (pane);
}

static void
start (Pane *pane, BhCliTopAction action, const BhCliTopItem *app)
{
  bh_cli_top_action_start (action, pane->bus, app, pane->cancellable, on_told, pane);
}

/* Does it to the selected app, after a question where something would be lost. */
static void
act (Pane *pane, BhCliTopAction action)
{
  const BhCliTopItem *app
      = bh_cli_top_model_get_app (pane->model, bh_cli_top_model_get_selected (pane->model));

  if (app == NULL)
    {
      on_told (_("no app is selected"), TRUE, pane);
      return;
    }
  g_clear_pointer (&pane->question, g_free);
  pane->question = bh_cli_top_action_dup_question (action, app);
  if (pane->question == NULL)
    {
      start (pane, action, app);
      return;
    }
  g_free (pane->app_id);
  pane->app_id = g_strdup (app->id);
  pane->action = action;
  pane->mode = MODE_QUESTION;
}

/* The order may have changed while the question stood: it is about the app, not about the row. */
static void
answer (Pane *pane, guint key)
{
  pane->mode = MODE_TABLE;
  if (key != 'y' && key != 'Y')
    {
      on_told (_("Nothing was done."), FALSE, pane);
      return;
    }
  for (guint i = 0; i < bh_cli_top_model_get_n_rows (pane->model); i++)
    {
      const BhCliTopItem *app = bh_cli_top_model_get_row (pane->model, i);

      if (app->is_process || !g_str_equal (app->id, pane->app_id))
        continue;
      start (pane, pane->action, app);
      return;
    }
  on_told (_("The app is gone already."), FALSE, pane);
}

static void
sort_by (Pane *pane, BhCliTopColumn column)
{
  bh_cli_top_model_set_sort (pane->model, column, FALSE);
}

/* To the column beside, of those that are shown. */
static void
sort_beside (Pane *pane, int step)
{
  BhCliTopColumn columns[BH_N_CLI_TOP_COLUMNS];
  guint widths[BH_N_CLI_TOP_COLUMNS];
  guint width, height, n;

  bh_cli_top_screen_get_size (&width, &height);
  n = bh_cli_top_columns_fit (width, columns, widths);
  for (guint i = 0; i < n; i++)
    if (columns[i] == bh_cli_top_model_get_sort (pane->model))
      {
        sort_by (pane, columns[(guint) ((int) (i + n) + step) % n]);
        return;
      }
  sort_by (pane, columns[0]);
}

static void
expand (Pane *pane, gboolean expanded)
{
  guint selected = bh_cli_top_model_get_selected (pane->model);
  const BhCliTopItem *app = bh_cli_top_model_get_app (pane->model, selected);

  if (app == NULL)
    return;
  /* The app of a process whose row goes away. */
  if (!expanded)
    while (bh_cli_top_model_get_row (pane->model, selected)->is_process)
      bh_cli_top_model_select (pane->model, --selected);
  bh_cli_top_model_expand (pane->model, app->id, expanded);
}

static void
toggle_expanded (Pane *pane)
{
  const BhCliTopItem *app
      = bh_cli_top_model_get_app (pane->model, bh_cli_top_model_get_selected (pane->model));

  if (app != NULL)
    expand (pane, !bh_cli_top_model_is_expanded (pane->model, app->id));
}

/* All, or none when all are already. */
static void
toggle_all (Pane *pane)
{
  gboolean all = TRUE;

  for (guint i = 0; i < bh_cli_top_model_get_n_rows (pane->model); i++)
    all = all
          && bh_cli_top_model_is_expanded (pane->model,
                                           bh_cli_top_model_get_row (pane->model, i)->id);
  bh_cli_top_model_expand_all (pane->model, !all);
}

static void
search_next (Pane *pane, gboolean next)
{
  if (pane->searched == NULL || *pane->searched == '\0')
    return;
  if (!bh_cli_top_model_search (pane->model, pane->searched, next))
    on_told (_("nothing has that in its name"), TRUE, pane);
  focus (pane);
}

static void
begin_input (Pane *pane, Mode mode)
{
  const char *filter = bh_cli_top_model_get_filter (pane->model);

  pane->mode = mode;
  g_string_assign (pane->input, mode == MODE_FILTER && filter != NULL ? filter : "");
}

static void
on_input_key (Pane *pane, guint key)
{
  if (key == '\n' || key == ESCAPE)
    {
      if (key == ESCAPE && pane->mode == MODE_FILTER)
        bh_cli_top_model_set_filter (pane->model, NULL);
      pane->mode = MODE_TABLE;
      return;
    }
  if (key == BH_CLI_TOP_KEY_BACKSPACE && pane->input->len > 0)
    g_string_truncate (
        pane->input,
        (gsize) (g_utf8_find_prev_char (pane->input->str, pane->input->str + pane->input->len)
                 - pane->input->str));
  else if (key >= ' ' && key < 0x10FFFF && g_unichar_isprint (key) && pane->input->len < MAX_TYPED)
    g_string_append_unichar (pane->input, key);
  else
    return;

  if (pane->mode == MODE_FILTER)
    {
      bh_cli_top_model_set_filter (pane->model, pane->input->str);
      return;
    }
  g_free (pane->searched);
  pane->searched = g_strdup (pane->input->str);
  search_next (pane, FALSE);
}

static void
on_sort_key (Pane *pane, guint key)
{
  if (key == BH_CLI_TOP_KEY_UP && pane->chosen > 0)
    pane->chosen--;
  else if (key == BH_CLI_TOP_KEY_DOWN && pane->chosen + 1 < BH_N_CLI_TOP_COLUMNS)
    pane->chosen++;
  else if (key == '\n')
    {
      sort_by (pane, (BhCliTopColumn) pane->chosen);
      pane->mode = MODE_TABLE;
    }
  else if (key == ESCAPE || key == 'q' || key == BH_CLI_TOP_KEY_F6)
    pane->mode = MODE_TABLE;
}

static void
suspend_or_resume (Pane *pane)
{
  const BhCliTopItem *app
      = bh_cli_top_model_get_app (pane->model, bh_cli_top_model_get_selected (pane->model));

  act (pane, app != NULL && app->is_suspended ? BH_CLI_TOP_RESUME : BH_CLI_TOP_SUSPEND);
}

/* Where the selection goes; whether the key was one of those. */
static gboolean
on_move_key (Pane *pane, guint key)
{
  gint64 selected = bh_cli_top_model_get_selected (pane->model);
  guint width, height;
  gint64 page;

  bh_cli_top_screen_get_size (&width, &height);
  page = MAX ((gint64) height - get_n_summary (height) - 2, 1);
  if (key == BH_CLI_TOP_KEY_UP)
    select_row (pane, selected - 1);
  else if (key == BH_CLI_TOP_KEY_DOWN)
    select_row (pane, selected + 1);
  else if (key == BH_CLI_TOP_KEY_PAGE_UP)
    select_row (pane, selected - page);
  else if (key == BH_CLI_TOP_KEY_PAGE_DOWN)
    select_row (pane, selected + page);
  else if (key == BH_CLI_TOP_KEY_HOME)
    select_row (pane, 0);
  else if (key == BH_CLI_TOP_KEY_END)
    select_row (pane, G_MAXUINT);
  else
    return FALSE;

  return TRUE;
}

static void
on_look_key (Pane *pane, guint key)
{
  switch (key)
    {
    case '\n':
    case ' ':
      toggle_expanded (pane);
      break;
    case '+':
    case BH_CLI_TOP_KEY_RIGHT:
      expand (pane, TRUE);
      break;
    case '-':
    case BH_CLI_TOP_KEY_LEFT:
      expand (pane, FALSE);
      break;
    case '*':
      toggle_all (pane);
      break;
    case '/':
    case BH_CLI_TOP_KEY_F3:
      begin_input (pane, MODE_SEARCH);
      break;
    case 'n':
      search_next (pane, TRUE);
      break;
    case '\\':
    case BH_CLI_TOP_KEY_F4:
      begin_input (pane, MODE_FILTER);
      break;
    case ESCAPE:
      bh_cli_top_model_set_filter (pane->model, NULL);
      break;
    case '<':
      sort_beside (pane, -1);
      break;
    case '>':
      sort_beside (pane, 1);
      break;
    case BH_CLI_TOP_KEY_F6:
      pane->chosen = bh_cli_top_model_get_sort (pane->model);
      pane->mode = MODE_SORT;
      break;
    case 'M':
      sort_by (pane, BH_CLI_TOP_MEMORY);
      break;
    case 'P':
      sort_by (pane, BH_CLI_TOP_CPU);
      break;
    case 'T':
      sort_by (pane, BH_CLI_TOP_CPU_TIME);
      break;
    case 'N':
      sort_by (pane, BH_CLI_TOP_NAME);
      break;
    case 'i':
    case 'I':
      bh_cli_top_model_set_sort (pane->model, bh_cli_top_model_get_sort (pane->model),
                                 !bh_cli_top_model_get_reversed (pane->model));
      break;
    case '1':
      bh_cli_top_model_set_whole (pane->model, !bh_cli_top_model_get_whole (pane->model));
      break;
    case 'h':
    case '?':
    case BH_CLI_TOP_KEY_F1:
      pane->mode = MODE_HELP;
      break;
    case CTRL_L:
      bh_cli_top_screen_redraw ();
      break;
    default:
      break;
    }
}

static void
on_table_key (Pane *pane, guint key)
{
  switch (key)
    {
    case 'q':
    case 'Q':
    case BH_CLI_TOP_KEY_F10:
      g_main_loop_quit (pane->loop);
      break;
    case 'k':
    case BH_CLI_TOP_KEY_F9:
      act (pane, BH_CLI_TOP_KILL);
      break;
    case 's':
      act (pane, BH_CLI_TOP_STOP);
      break;
    case 'r':
      act (pane, BH_CLI_TOP_RESTART);
      break;
    case 'a':
      act (pane, BH_CLI_TOP_RAISE);
      break;
    case 'z':
      suspend_or_resume (pane);
      break;
    case 'Z':
      start (pane, BH_CLI_TOP_SUSPEND_ALL, NULL);
      break;
    case 'W':
      start (pane, BH_CLI_TOP_RESUME_ALL, NULL);
      break;
    default:
      if (!on_move_key (pane, key))
        on_look_key (pane, key);
      break;
    }
}

static void
on_key (Pane *pane, guint key)
{
  switch (pane->mode)
    {
    case MODE_SEARCH:
    case MODE_FILTER:
      on_input_key (pane, key);
      break;
    case MODE_QUESTION:
      answer (pane, key);
      break;
    case MODE_SORT:
      on_sort_key (pane, key);
      break;
    case MODE_HELP:
      pane->mode = MODE_TABLE;
      break;
    case MODE_TABLE:
    default:
      on_table_key (pane, key);
      break;
    }
}

static gboolean
on_typed (int fd, GIOCondition condition, gpointer user_data)
{
  Pane *pane = user_data;
  guint key;

  while ((key = bh_cli_top_screen_read_key ()) != BH_CLI_TOP_KEY_NONE)
    {
      if (key == BH_CLI_TOP_KEY_GONE)
        {
          g_main_loop_quit (pane->loop);
          return G_SOURCE_REMOVE;
        }
      on_key (pane, key);
    }
  draw (pane);

  return G_SOURCE_CONTINUE;
}

static void
on_sampled (GVariant *sample, gpointer user_data)
{
  Pane *pane = user_data;

  bh_cli_top_model_set_sample (pane->model, sample, g_get_monotonic_time ());
  if (!pane->sampled && pane->options->processes)
    bh_cli_top_model_expand_all (pane->model, TRUE);
  pane->sampled = TRUE;
  focus (pane);
  draw (pane);
}

static void
on_machine_sampled (GVariant *machine, gpointer user_data)
{
  Pane *pane = user_data;

  /* The apps' sample comes at once, and both are drawn then. */
  bh_cli_top_model_set_machine (pane->model, machine);
}

static void
on_changed (const char *trouble, gpointer user_data)
{
  Pane *pane = user_data;

  g_free (pane->trouble);
  pane->trouble = trouble != NULL ? bh_cli_text_clean (trouble) : NULL;
  draw (pane);
}

static void
on_ended (const char *trouble, gpointer user_data)
{
  Pane *pane = user_data;

  pane->end_trouble = g_strdup (trouble);
  g_main_loop_quit (pane->loop);
}

static gboolean
on_resized (gpointer user_data)
{
  bh_cli_top_screen_resize ();
  draw (user_data);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_signal (gpointer user_data)
{
  Pane *pane = user_data;

  g_main_loop_quit (pane->loop);

  return G_SOURCE_CONTINUE;
}

static void
pane_clear (Pane *pane)
{
  g_cancellable_cancel (pane->cancellable);
  g_clear_pointer (&pane->feed, bh_cli_top_feed_free);
  g_object_unref (pane->cancellable);
  bh_cli_top_model_free (pane->model);
  g_main_loop_unref (pane->loop);
  g_string_free (pane->input, TRUE);
  g_free (pane->searched);
  g_free (pane->message);
  g_free (pane->trouble);
  g_free (pane->end_trouble);
  g_free (pane->app_id);
  g_free (pane->question);
}

/**
 * bh_cli_top_run_pane:
 * @output: where complaints go, once the terminal is given back
 * @bus: the session bus
 * @options: what the command line says
 *
 * Shows apps in the terminal until the user has seen enough.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_top_run_pane (BhCliOutput *output, GDBusConnection *bus, const BhCliTopOptions *options)
{
  static const BhCliTopFeedFuncs funcs = { on_sampled, on_machine_sampled, on_changed, on_ended };
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  g_autofree char *trouble = NULL;
  BhCliExit exit_code = BH_CLI_DONE;
  Pane pane = { .output = output, .bus = bus, .options = options };

  g_return_val_if_fail (output != NULL && options != NULL, BH_CLI_FAILED);

  if (!bh_cli_top_screen_open (&trouble))
    {
      bh_cli_output_complain (output, "%s", trouble);
      return BH_CLI_FAILED;
    }
  pane.model = bh_cli_top_model_new ();
  bh_cli_top_model_set_sort (pane.model, options->sort, FALSE);
  pane.loop = g_main_loop_new (NULL, FALSE);
  pane.cancellable = g_cancellable_new ();
  pane.input = g_string_new (NULL);
  pane.feed = bh_cli_top_feed_new (bus, options->interval, &funcs, &pane);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], on_signal, &pane);
  g_unix_signal_add (SIGWINCH, on_resized, &pane);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_typed, &pane);
  draw (&pane);

  g_main_loop_run (pane.loop);

  bh_cli_top_screen_close ();
  if (pane.end_trouble != NULL)
    {
      bh_cli_output_complain (output, "%s", pane.end_trouble);
      exit_code = BH_CLI_FAILED;
    }
  pane_clear (&pane);

  return exit_code;
}
