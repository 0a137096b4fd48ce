//! `sensor_msgs/Image` straight from and to its bytes on the wire.
//!
//! r2r's message types copy an image three times on its way; here it is read where it arrived and written
//! once. Plain CDR (OMG DDS-XTypes 1.3, 7.4.1): a 4-byte encapsulation header, then the fields in order, each
//! aligned to its size counted from behind that header.

use crate::convert::BadInput;
use r2r::builtin_interfaces::msg::Time;

/// An image in the bytes of its message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageView<'a> {
    /// `header.stamp`.
    pub sec: i32,
    /// `header.stamp`.
    pub nanosec: u32,
    /// `header.frame_id`.
    pub frame: &'a str,
    /// \[px\]
    pub height: u32,
    /// \[px\]
    pub width: u32,
    /// As in `sensor_msgs/image_encodings`.
    pub encoding: &'a str,
    /// Whether pixels of more than a byte have their high byte first.
    pub is_bigendian: bool,
    /// \[byte\] From a row's begin to the next.
    pub step: u32,
    /// Rows from the top, `step` bytes each.
    pub data: &'a [u8],
}

impl<'a> ImageView<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// [`BadInput::Undecodable`] says where it breaks off.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BadInput> {
        let little = match bytes {
            [0, 1, _, _, ..] => true,
            [0, 0, _, _, ..] => false,
            _ => return Err(BadInput::Undecodable("no CDR header".to_owned())),
        };
        let mut reader = Reader {
            bytes: &bytes[4..],
            at: 0,
            little,
        };
        Ok(Self {
            sec: reader.u32("header.stamp.sec")? as i32,
            nanosec: reader.u32("header.stamp.nanosec")?,
            frame: reader.text("header.frame_id")?,
            height: reader.u32("height")?,
            width: reader.u32("width")?,
            encoding: reader.text("encoding")?,
            is_bigendian: reader.take("is_bigendian", 1)? != [0],
            step: reader.u32("step")?,
            data: {
                let length = reader.u32("data")? as usize;
                reader.take("data", length)?
            },
        })
    }

    /// The stamp alone.
    pub fn stamp(&self) -> Time {
        Time {
            sec: self.sec,
            nanosec: self.nanosec,
        }
    }

    /// The message's bytes, little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + self.frame.len() + self.data.len());
        bytes.extend([0, 1, 0, 0]);
        put_u32(&mut bytes, self.sec as u32);
        put_u32(&mut bytes, self.nanosec);
        put_text(&mut bytes, self.frame);
        put_u32(&mut bytes, self.height);
        put_u32(&mut bytes, self.width);
        put_text(&mut bytes, self.encoding);
        bytes.push(u8::from(self.is_bigendian));
        put_u32(&mut bytes, self.step);
        put_u32(
            &mut bytes,
            u32::try_from(self.data.len()).unwrap_or(u32::MAX),
        );
        bytes.extend_from_slice(self.data);
        bytes
    }
}

struct Reader<'a> {
    /// Behind the encapsulation header.
    bytes: &'a [u8],
    at: usize,
    little: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, field: &'static str, count: usize) -> Result<&'a [u8], BadInput> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        self.at += count.min(self.bytes.len());
        taken.ok_or_else(|| {
            let length = self.bytes.len();
            BadInput::Undecodable(format!("it breaks off in {field}, after {length} bytes"))
        })
    }

    fn u32(&mut self, field: &'static str) -> Result<u32, BadInput> {
        self.at = self.at.next_multiple_of(4);
        let taken = self.take(field, 4)?;
        let mut four = [0; 4];
        four.copy_from_slice(taken);
        Ok(if self.little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        })
    }

    /// Its length counts the NUL at its end.
    fn text(&mut self, field: &'static str) -> Result<&'a str, BadInput> {
        let length = self.u32(field)? as usize;
        let taken = self.take(field, length)?;
        let text = taken.strip_suffix(&[0]).unwrap_or(taken);
        std::str::from_utf8(text)
            .map_err(|_| BadInput::Undecodable(format!("{field} is not UTF-8")))
    }
}

fn put_u32(bytes: &mut Vec<u8>, value: u32) {
    // The header is four bytes long: aligning the whole aligns what is behind it.
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes.extend(value.to_le_bytes());
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_u32(bytes, u32::try_from(text.len() + 1).unwrap_or(u32::MAX));
    bytes.extend(text.as_bytes());
    bytes.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use r2r::WrappedTypesupport;
    use r2r::sensor_msgs::msg::Image;

    fn message(frame: &str, encoding: &str, data: Vec<u8>) -> Image {
        Image {
            header: r2r::std_msgs::msg::Header {
                stamp: Time {
                    sec: -3,
                    nanosec: 7,
                },
                frame_id: frame.to_owned(),
            },
            height: 2,
            width: 3,
            encoding: encoding.to_owned(),
            is_bigendian: 1,
            step: 9,
            data,
        }
    }

    proptest! {
        #[test]
        fn reads_and_writes_what_ros_itself_does(
            frame in "[a-z_]{0,9}",
            encoding in "[a-zA-Z0-9]{0,6}",
            data in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let message = message(&frame, &encoding, data);
            let bytes = message.to_serialized_bytes().expect("serialised");
            let view = ImageView::parse(&bytes).expect("read");
            prop_assert_eq!(view.frame, &message.header.frame_id);
            prop_assert_eq!((view.sec, view.nanosec), (-3, 7));
            prop_assert_eq!((view.height, view.width, view.step), (2, 3, 9));
            prop_assert_eq!(view.encoding, &message.encoding);
            prop_assert!(view.is_bigendian);
            prop_assert_eq!(view.data, &message.data);

            let back = Image::from_serialized_bytes(&view.to_bytes()).expect("read by ROS");
            prop_assert_eq!(back, message);
        }

        #[test]
        fn any_bytes_give_an_image_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = ImageView::parse(&bytes);
        }

        #[test]
        fn a_message_cut_short_is_an_error(cut in 1usize..60) {
            let bytes = message("camera", "rgb8", vec![1; 18]).to_serialized_bytes().expect("bytes");
            prop_assert!(ImageView::parse(&bytes[..bytes.len() - cut.min(bytes.len())]).is_err());
        }
    }
}
