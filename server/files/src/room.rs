//! Room on the disk.

use crate::{Files, FilesError};

impl Files {
    /// Whether so many bytes more fit on the disk, with what stays free. Of a bucket nobody knows; it says so itself.
    ///
    /// # Errors
    /// [`FilesError::Full`] if they do not fit; [`FilesError::Folder`] if the disk does not say.
    pub fn has_room_for(&self, bytes: u64) -> Result<(), FilesError> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let disk = rustix::fs::statvfs(folder).map_err(|error| FilesError::Folder(error.into()))?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free < self.limits().kept_free.saturating_add(bytes) {
            return Err(FilesError::Full);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Place, fresh_key};
    use futures::stream;
    use testkit::folder::Folder;

    #[tokio::test]
    async fn a_full_disk_takes_nothing_and_keeps_nothing() {
        let folder = Folder::new("full");
        let place = Place::Folder(folder.path().to_owned());
        let full = Limits { kept_free: u64::MAX, ..Limits::default() };
        let files = Files::at(&place, full).unwrap();
        let piece = Ok::<_, ()>(bytes::Bytes::from_static(b"one more"));
        let kept = files.keep(&fresh_key(), stream::iter([piece])).await;
        assert!(matches!(kept, Err(FilesError::Full)), "{kept:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let files = Files::at(&place, Limits::default()).unwrap();
        files.has_room_for(1).unwrap();
        assert!(matches!(files.has_room_for(u64::MAX), Err(FilesError::Full)));
    }
}
