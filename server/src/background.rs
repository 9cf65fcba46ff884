//! What runs beside the requests: mirror, outbox and the hub's own looking.

use mirror::Mirror;
use outbox::Outbox;
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinSet};
use tokio_util::sync::CancellationToken;
use vocabulary::WorkspaceId;
use workspace::Services;

pub(crate) fn start(
    services: Services,
    mirror: Mirror,
    outbox: Outbox,
    mut changes: UnboundedReceiver<WorkspaceId>,
    stop: &CancellationToken,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (a, b, c, d, e) = (stop.clone(), stop.clone(), stop.clone(), stop.clone(), stop.clone());
    let (watcher, judge, teller) = (services.clone(), services.clone(), services.clone());
    tasks.spawn(async move {
        // Ends with the outbox, which holds the other end.
        while let Some(workspace) = changes.recv().await {
            teller.changed_behind(workspace).await;
        }
    });
    tasks.spawn(async move { services.watch(a).await });
    tasks.spawn(async move { watcher.watch_permissions(d).await });
    tasks.spawn(async move { judge.watch_oauth(e).await });
    tasks.spawn(async move { mirror.run(b).await });
    tasks.spawn(async move { outbox.run(c).await });
    tasks
}
