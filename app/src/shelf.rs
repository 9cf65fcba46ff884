//! A table of the browser's database (IndexedDB): what lies there outlives the tab.

use idb::{Database, DatabaseEvent, Factory, KeyPath, ObjectStoreParams, Query, TransactionMode};
use leptos::wasm_bindgen::JsValue;

/// One table, whose records are found by their field `id`.
#[derive(Clone, Copy, Debug)]
pub struct Shelf {
    /// The database, which has this table alone.
    pub database: &'static str,
    /// The table.
    pub table: &'static str,
}

impl Shelf {
    /// Puts `record` there, in place of the one with the same `id`.
    ///
    /// # Errors
    /// The browser keeps nothing (a private window), or has no room left.
    pub async fn put(self, record: &JsValue) -> Result<(), idb::Error> {
        let database = self.open().await?;
        let transaction = database.transaction(&[self.table], TransactionMode::ReadWrite)?;
        transaction.object_store(self.table)?.put(record, None)?.await?;
        transaction.commit()?.await?;
        Ok(())
    }

    /// All that lies there.
    ///
    /// # Errors
    /// The browser keeps nothing.
    pub async fn all(self) -> Result<Vec<JsValue>, idb::Error> {
        let database = self.open().await?;
        let transaction = database.transaction(&[self.table], TransactionMode::ReadOnly)?;
        transaction.object_store(self.table)?.get_all(None, None)?.await
    }

    /// What has this `id`.
    ///
    /// # Errors
    /// The browser keeps nothing.
    pub async fn one(self, id: &str) -> Result<Option<JsValue>, idb::Error> {
        let database = self.open().await?;
        let transaction = database.transaction(&[self.table], TransactionMode::ReadOnly)?;
        transaction.object_store(self.table)?.get(Query::Key(JsValue::from_str(id)))?.await
    }

    /// Takes away what has this `id`.
    ///
    /// # Errors
    /// The browser keeps nothing.
    pub async fn remove(self, id: &str) -> Result<(), idb::Error> {
        let database = self.open().await?;
        let transaction = database.transaction(&[self.table], TransactionMode::ReadWrite)?;
        transaction.object_store(self.table)?.delete(Query::Key(JsValue::from_str(id)))?.await?;
        transaction.commit()?.await?;
        Ok(())
    }

    async fn open(self) -> Result<Database, idb::Error> {
        let mut request = Factory::new()?.open(self.database, Some(1))?;
        request.on_upgrade_needed(move |event| {
            let mut params = ObjectStoreParams::new();
            params.key_path(Some(KeyPath::new_single("id")));
            if let Ok(database) = event.database() {
                // Fails if it is there, which is as good.
                let _ = database.create_object_store(self.table, params);
            }
        });
        request.await
    }
}
