//! Pictures: how large they are, and a small copy. They come from anybody, so what they may cost is limited before
//! anything is decoded.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
    metadata::Orientation,
};
use std::io::Cursor;

/// The largest file that is looked into.
pub(crate) const SOURCE_LIMIT_BYTES: u64 = 40_000_000;

/// The most that decoding one may take: a few kilobytes can unfold to gigabytes. It is a picture of 50 megapixels.
pub(crate) const MEMORY_LIMIT_BYTES: u64 = 160 * 1024 * 1024;

const SIDE_LIMIT_PIXELS: u32 = 16_384;

/// The longest sides of a small copy: twice what the list shows, for screens with small pixels.
const SMALL_WIDTH: u32 = 720;
const SMALL_HEIGHT: u32 = 640;

/// Where a smaller JPEG begins to be seen as one.
const QUALITY: u8 = 82;

/// What is seen on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels, as it is looked at.
    pub width: u32,
    /// Pixels, as it is looked at.
    pub height: u32,
    /// The media type of its small copy; `None` where it is small itself or cannot be decoded.
    pub thumbnail: Option<&'static str>,
}

/// Whether this media type is one we look into.
pub(crate) fn can_be_read(content_type: &str) -> bool {
    format(content_type).is_some()
}

fn format(content_type: &str) -> Option<ImageFormat> {
    Some(match content_type {
        "image/png" => ImageFormat::Png,
        "image/jpeg" => ImageFormat::Jpeg,
        "image/gif" => ImageFormat::Gif,
        "image/webp" => ImageFormat::WebP,
        _ => return None,
    })
}

/// Measures a picture and makes its small copy; `None` for what is none, or would cost too much. Takes as long as
/// decoding takes.
pub(crate) fn seen(bytes: &[u8]) -> Option<(Picture, Option<Vec<u8>>)> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format(crate::kind::of(bytes))?);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_LIMIT_PIXELS);
    limits.max_image_height = Some(SIDE_LIMIT_PIXELS);
    limits.max_alloc = Some(MEMORY_LIMIT_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    // Some decoders only count what they allocate themselves.
    if decoder.total_bytes() > MEMORY_LIMIT_BYTES {
        return None;
    }
    let orientation = decoder.orientation().ok()?;
    let image = DynamicImage::from_decoder(decoder).ok()?;
    let (mut width, mut height) = (image.width(), image.height());
    if turns_sides(orientation) {
        (width, height) = (height, width);
    }
    let is_small = width <= SMALL_WIDTH && height <= SMALL_HEIGHT && bytes.len() < 100_000;
    let small = if is_small { None } else { smaller(image, orientation) };
    let (thumbnail, small) = small.unzip();
    Some((Picture { width, height, thumbnail }, small))
}

const fn turns_sides(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// Its pixels and nothing else: where and with what it was taken is not carried over. It is turned when it is small: turning
/// copies it.
fn smaller(image: DynamicImage, orientation: Orientation) -> Option<(&'static str, Vec<u8>)> {
    let (mut width, mut height) = (SMALL_WIDTH, SMALL_HEIGHT);
    if turns_sides(orientation) {
        (width, height) = (height, width);
    }
    let mut small = if image.width() > width || image.height() > height {
        let small = image.resize(width, height, FilterType::Triangle);
        drop(image);
        small
    } else {
        image
    };
    small.apply_orientation(orientation);
    let mut bytes = Vec::new();
    if small.color().has_alpha() && !is_opaque(&small) {
        DynamicImage::from(small.to_rgba8())
            .write_with_encoder(PngEncoder::new(&mut bytes))
            .ok()?;
        Some(("image/png", bytes))
    } else {
        let opaque = DynamicImage::from(small.to_rgb8());
        opaque.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).ok()?;
        Some(("image/jpeg", bytes))
    }
}

fn is_opaque(image: &DynamicImage) -> bool {
    image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn large() -> DynamicImage {
        RgbImage::from_fn(1600, 900, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90])).into()
    }

    #[test]
    fn a_picture_is_measured_and_made_small() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let (picture, small) = seen(&written(&large(), format)).unwrap();
            assert_eq!((picture.width, picture.height), (1600, 900), "{format:?}");
            assert_eq!(picture.thumbnail, Some("image/jpeg"), "{format:?}");
            let small = image::load_from_memory(&small.unwrap()).unwrap();
            assert_eq!((small.width(), small.height()), (720, 405), "{format:?}");
        }
    }

    #[test]
    fn what_is_small_is_its_own_thumbnail() {
        let image = DynamicImage::from(RgbImage::from_pixel(40, 30, Rgb([1, 2, 3])));
        let (picture, small) = seen(&written(&image, ImageFormat::Gif)).unwrap();
        assert_eq!((picture.width, picture.height, picture.thumbnail), (40, 30, None));
        assert_eq!(small, None);
    }

    #[test]
    fn what_can_be_looked_through_stays_so() {
        let image = DynamicImage::from(RgbaImage::from_pixel(1000, 1000, Rgba([9, 9, 9, 40])));
        let (picture, small) = seen(&written(&image, ImageFormat::Png)).unwrap();
        assert_eq!(picture.thumbnail, Some("image/png"));
        assert!(image::load_from_memory(&small.unwrap()).unwrap().color().has_alpha());
    }

    /// A segment APP1 with the orientation "turned by a quarter" and a place where it was taken (Exif 2.3).
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif =
            b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"taken at 38.7223 N 9.1393 W");
        let mut bytes = jpeg[..2].to_vec();
        bytes.extend_from_slice(&[0xff, 0xe1]);
        bytes.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        bytes.extend_from_slice(&exif);
        bytes.extend_from_slice(&jpeg[2..]);
        bytes
    }

    #[test]
    fn a_photograph_stands_upright_and_its_copy_does_not_tell_where_it_was_taken() {
        let photograph = with_exif(&written(&large(), ImageFormat::Jpeg));
        let (picture, small) = seen(&photograph).unwrap();
        assert_eq!((picture.width, picture.height), (900, 1600));
        let small = small.unwrap();
        let told = |bytes: &[u8]| bytes.windows(8).any(|window| window == b"taken at");
        assert!(told(&photograph) && !told(&small));
        let small = image::load_from_memory(&small).unwrap();
        assert!(small.height() > small.width());
    }

    /// The chunk of a PNG that says how large it is, with its check (PNG specification, 5.3).
    fn header_chunk(width: u32, height: u32) -> Vec<u8> {
        let mut data = b"IHDR".to_vec();
        data.extend_from_slice(&width.to_be_bytes());
        data.extend_from_slice(&height.to_be_bytes());
        data.extend_from_slice(&[8, 6, 0, 0, 0]);
        let mut crc = u32::MAX;
        for byte in &data {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        let mut chunk = 13_u32.to_be_bytes().to_vec();
        chunk.extend_from_slice(&data);
        chunk.extend_from_slice(&(!crc).to_be_bytes());
        chunk
    }

    #[test]
    fn a_picture_that_unfolds_beyond_measure_is_not_unfolded() {
        let small =
            written(&RgbaImage::from_pixel(4, 4, Rgba([0, 0, 0, 0])).into(), ImageFormat::Png);
        assert!(seen(&small).is_some());
        for (width, height) in [(60_000, 60_000), (16_000, 16_000), (2_147_483_647, 1)] {
            let mut bomb = small[..8].to_vec();
            bomb.extend_from_slice(&header_chunk(width, height));
            bomb.extend_from_slice(&small[33..]);
            assert_eq!(seen(&bomb), None, "{width} x {height}");
        }
    }

    #[test]
    fn nor_is_one_of_another_kind() {
        // As large as a file of this kind can say that it is (GIF89a, 18; T.81, B.2.2; RFC 9649, 2.6).
        let image = DynamicImage::from(RgbImage::from_pixel(40, 30, Rgb([1, 2, 3])));
        let mut gif = written(&image, ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        let mut jpeg = written(&image, ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
        let mut webp = written(&image, ImageFormat::WebP);
        // A lossless picture: 14 bits of each side after the signature.
        let sides = webp.windows(4).position(|four| four == b"VP8L").unwrap() + 9;
        webp[sides..sides + 3].copy_from_slice(&[0xff; 3]);
        webp[sides + 3] |= 0x0f;
        for (kind, bomb) in [("gif", gif), ("jpeg", jpeg), ("webp", webp)] {
            assert_eq!(seen(&bomb), None, "{kind}");
        }
    }

    #[test]
    fn the_small_copy_of_anything_is_small() {
        let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) as u8;
        let image = RgbaImage::from_fn(900, 800, |x, y| {
            Rgba([noise(x, y), noise(y, x), noise(x + y, x), noise(y, y + x)])
        });
        let (_, small) = seen(&written(&image.into(), ImageFormat::Png)).unwrap();
        let most = (SMALL_WIDTH * SMALL_HEIGHT * 4 + 100_000) as usize;
        assert!(small.is_some_and(|small| small.len() < most));
    }

    #[test]
    fn what_only_begins_like_a_picture_is_none() {
        for bytes in [
            b"GIF89a/*alert(1)*/".as_slice(),
            b"\x89PNG\r\n\x1a\n<script>",
            b"\xff\xd8\xff\xe0junk",
            b"",
        ] {
            assert_eq!(seen(bytes), None);
        }
    }
}
