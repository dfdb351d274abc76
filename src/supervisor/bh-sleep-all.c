/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-sleep-all.h"

/*
 * Supervisor1.SuspendAll and ResumeAll: every app at once, and an answer when all are done. An app
 * that ends or can't sleep meanwhile is not counted, and is no failure.
 */

typedef struct
{
  BhListInstances list;
  gpointer user_data;
} Lister;

/* A call that waits for the apps. */
typedef struct
{
  GDBusMethodInvocation *invocation;
  guint waiting;
  guint done;
} Call;

static void
lister_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
call_unwait (Call *call)
{
  if (--call->waiting > 0)
    return;
  g_dbus_method_invocation_return_value (call->invocation, g_variant_new ("(u)", call->done));
  g_free (call);
}

static void
on_suspend_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;

  if (bh_instance_suspend_finish (BH_INSTANCE (source), result, &error))
    call->done++;
  else
    g_debug ("SuspendAll: %s", error->message);
  call_unwait (call);
}

static void
on_wake_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;

  if (bh_instance_wake_finish (BH_INSTANCE (source), result, &error))
    call->done++;
  else
    g_debug ("ResumeAll: %s", error->message);
  call_unwait (call);
}

/* Waits for the caller of this, too, so that nobody is answered early. */
static Call *
call_new (GDBusMethodInvocation *invocation)
{
  Call *call = g_new0 (Call, 1);

  call->invocation = invocation;
  call->waiting = 1;

  return call;
}

static gboolean
on_handle_suspend_all (BhDBusSupervisor1 *service,
                       GDBusMethodInvocation *invocation,
                       Lister *lister)
{
  g_autoptr (GPtrArray) instances = lister->list (lister->user_data);
  Call *call = call_new (invocation);

  for (guint i = 0; i < instances->len; i++)
    {
      BhInstance *instance = g_ptr_array_index (instances, i);

      if (!bh_instance_may_sleep_with_all (instance))
        continue;
      call->waiting++;
      bh_instance_suspend_async (instance, BH_SUSPENSION_USER, on_suspend_ready, call);
    }
  call_unwait (call);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_resume_all (BhDBusSupervisor1 *service, GDBusMethodInvocation *invocation, Lister *lister)
{
  g_autoptr (GPtrArray) instances = lister->list (lister->user_data);
  Call *call = call_new (invocation);

  for (guint i = 0; i < instances->len; i++)
    {
      BhInstance *instance = g_ptr_array_index (instances, i);

      if (bh_instance_get_state (instance) != BH_STATE_SUSPENDED)
        continue;
      call->waiting++;
      bh_instance_wake_async (instance, on_wake_ready, call);
    }
  call_unwait (call);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/**
 * bh_sleep_all_serve:
 * @service: the service on the bus
 * @list: (scope forever): lists the apps
 * @user_data: for @list; not referenced, and alive while @service answers
 *
 * Answers the calls that put all apps to sleep and wake them.
 */
void
bh_sleep_all_serve (BhDBusSupervisor1 *service, BhListInstances list, gpointer user_data)
{
  Lister *lister = g_new0 (Lister, 1);

  g_return_if_fail (list != NULL);

  lister->list = list;
  lister->user_data = user_data;
  g_signal_connect_data (service, "handle-suspend-all", G_CALLBACK (on_handle_suspend_all), lister,
                         lister_free, 0);
  g_signal_connect (service, "handle-resume-all", G_CALLBACK (on_handle_resume_all), lister);
}
