//! The database's shape, one migration a file, the same for SQLite and PostgreSQL. `parlance serve` and
//! `parlance migrate` run what is missing.
//!
//! Conventions: ids are UUIDs, points in time are milliseconds since the epoch, ERPNext's own stamps stay text in
//! the site's time zone as ERPNext sent them.

use sea_orm_migration::prelude::*;

mod m0001_people;
mod m0002_workspaces;
mod m0003_talk;
mod m0004_mirror;
mod m0005_credentials;
mod m0006_sign_in;
mod m0007_documents;
mod m0008_effects;
mod m0009_talk_changes;
mod m0010_files;
mod m0011_file_storage;
mod m0012_lookups;
mod m0013_scheduled_tries;
mod m0016_timeline;

/// Runs the migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_workspaces::Migration),
            Box::new(m0003_talk::Migration),
            Box::new(m0004_mirror::Migration),
            Box::new(m0005_credentials::Migration),
            Box::new(m0006_sign_in::Migration),
            Box::new(m0007_documents::Migration),
            Box::new(m0008_effects::Migration),
            Box::new(m0009_talk_changes::Migration),
            Box::new(m0010_files::Migration),
            Box::new(m0011_file_storage::Migration),
            Box::new(m0012_lookups::Migration),
            Box::new(m0013_scheduled_tries::Migration),
            Box::new(m0016_timeline::Migration),
        ]
    }
}
