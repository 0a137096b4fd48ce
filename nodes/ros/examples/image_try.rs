use futures::StreamExt;
use r2r::sensor_msgs::msg::Image;
use r2r::{QosProfile, WrappedTypesupport};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
fn now() -> u64 { SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64 }
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let ctx = r2r::Context::create().unwrap();
    let mut node = r2r::Node::create(ctx, &format!("t_{}", a[1]), "").unwrap();
    let qos = if a.get(3).is_some_and(|x| x == "rel") { QosProfile::default().keep_last(5) } else { QosProfile::sensor_data() };
    let mode = a[2].as_str();
    if a[1] == "pub" {
        let p = node.create_publisher::<Image>("/img_try", qos).unwrap();
        let raw = node.create_publisher_untyped("/img_try", "sensor_msgs/msg/Image", QosProfile::sensor_data());
        let _ = raw;
        let data: Vec<u8> = (0..640 * 480 * 3).map(|i| (i % 251) as u8).collect();
        for _ in 0..150 {
            node.spin_once(Duration::from_millis(1));
            std::thread::sleep(Duration::from_millis(33));
            let t = now();
            let mut m = Image { width: 640, height: 480, step: 1920, encoding: "rgb8".into(), data: data.clone(), ..Default::default() };
            m.header.stamp.sec = (t / 1_000_000_000) as i32;
            m.header.stamp.nanosec = (t % 1_000_000_000) as u32;
            p.publish(&m).unwrap();
            if mode == "v" { println!("pub took {:.2}", (now() - t) as f64 * 1e-6); }
        }
    } else {
        let mut lat = vec![];
        let stamp = |m: &r2r::builtin_interfaces::msg::Time| m.sec as u64 * 1_000_000_000 + m.nanosec as u64;
        match mode {
            "owned" => {
                let mut s = node.subscribe::<Image>("/img_try", qos).unwrap();
                for _ in 0..400 { node.spin_once(Duration::from_millis(20));
                    while let Some(Some(m)) = futures::FutureExt::now_or_never(s.next()) { lat.push((now() - stamp(&m.header.stamp)) as f64 * 1e-6); } }
            }
            "native" => {
                let mut s = node.subscribe_native::<Image>("/img_try", qos).unwrap();
                for _ in 0..400 { node.spin_once(Duration::from_millis(20));
                    while let Some(Some(m)) = futures::FutureExt::now_or_never(s.next()) { 
                        let v = m.data.to_vec(); assert!(v[5]==5);
                        let t = m.header.stamp.sec as u64 * 1_000_000_000 + m.header.stamp.nanosec as u64; lat.push((now() - t) as f64 * 1e-6); } }
            }
            _ => {
                let mut s = node.subscribe_raw("/img_try", "sensor_msgs/msg/Image", qos).unwrap();
                for _ in 0..400 { node.spin_once(Duration::from_millis(20));
                    while let Some(Some(m)) = futures::FutureExt::now_or_never(s.next()) { 
                        let sec = i32::from_le_bytes(m[4..8].try_into().unwrap()); let ns = u32::from_le_bytes(m[8..12].try_into().unwrap());
                        lat.push((now() - (sec as u64 * 1_000_000_000 + ns as u64)) as f64 * 1e-6); } }
            }
        }
        lat.sort_by(f64::total_cmp);
        println!("{mode}: n {} p50 {:.2} p90 {:.2} min {:.2}", lat.len(), lat[lat.len()/2], lat[lat.len()*9/10], lat[0]);
        let _ = Image::get_ts();
    }
}
