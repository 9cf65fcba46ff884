//! How Projects stand, and why: the facts come from the store, the judgement is a pure function of them.

mod calendar;
mod rules;

use crate::{
    Services, Visit,
    errors::{from_hidden, from_store},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use contract::AppError;
use policy::MemberReach;
use rules::{Known, judged};
use store::radar;
use vocabulary::{Moment, Outlook, RadarRow, WorkspaceId};

/// Dates further away than this are nobody's business today, in days.
const HORIZON_DAYS: u64 = 14;

/// What came before this is too long ago to wait for an answer to, in milliseconds: 60 days.
const TALK_MILLIS: i64 = 60 * 86_400_000;

impl Services {
    /// The workspaces within `reach`, or `one` of them, with what is late and who waits, the worst first.
    pub(crate) async fn radar_within(
        &self,
        reach: &MemberReach,
        one: Option<WorkspaceId>,
    ) -> Result<Vec<RadarRow>, AppError> {
        let now = Moment::now();
        // ERPNext's dates are days of the site.
        let zone = store::timeline::zone(&self.db).await.map_err(from_store)?.unwrap_or(Tz::UTC);
        let today = day_of(now, zone);
        let horizon = today.checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(today);
        let since = now.plus_millis(-TALK_MILLIS);
        let horizon = horizon.format("%Y-%m-%d").to_string();
        let mut sighted =
            radar::sighted(&self.db, reach, one, &horizon, since).await.map_err(from_store)?;
        for due in &mut sighted.dues {
            due.subject = erpnext::decode_entities(&due.subject);
        }
        for turn in &mut sighted.turns {
            turn.who = erpnext::decode_entities(&turn.who);
            turn.subject = turn.subject.as_deref().map(erpnext::decode_entities);
        }
        let known = Known { today, zone };
        let mut rows: Vec<RadarRow> = sighted
            .subjects
            .iter()
            .map(|subject| RadarRow {
                workspace: subject.workspace,
                project: subject.project.clone(),
                project_name: erpnext::decode_entities(&subject.project_name),
                customer: subject.customer.clone(),
                outlook: judged(subject, &sighted, known),
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.outlook.health, row.outlook.flags.len())));
        Ok(rows)
    }
}

impl Visit {
    /// How this Project stands.
    pub(crate) async fn outlook(&self) -> Result<Outlook, AppError> {
        let reach = policy::reach(self.scope.who()).map_err(from_hidden)?;
        let rows = self.services.radar_within(&reach, Some(self.scope.workspace())).await?;
        Ok(rows.into_iter().next().map(|row| row.outlook).unwrap_or_default())
    }
}

fn day_of(moment: Moment, zone: Tz) -> NaiveDate {
    let moment = DateTime::<Utc>::from_timestamp_millis(moment.as_millis()).unwrap_or_default();
    moment.with_timezone(&zone).date_naive()
}
