//! The gate's tick, and what it does with a message, allocate nothing: no tick waits for the
//! allocator's locks.
#![allow(unsafe_code)]

mod common;

use common::{OUT, TICK_SECS, World, gate};
use hearth_types::{
    ActuatorFrame, BaseCommand, JointCommand, JointTarget, MAX_JOINTS, Message, Stamp,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    COUNT.with(|it| it.set(it.get() + 1));
}

// SAFETY: hands every call on to the system's allocator as it came; the counter is a plain cell of this
// thread that needs neither initialisation nor destruction.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn ticks_allocate_nothing() {
    let mut gate = gate();
    let mut world = World::empty(OUT);
    for i in 0..60 {
        let angle = f64::from(i) * 0.1;
        world.posts.push(common::Post {
            x_m: 1.2 * angle.cos(),
            y_m: 1.2 * angle.sin(),
            radius_m: 0.1,
        });
    }
    let mut now = Stamp::ZERO;
    let mut frame = ActuatorFrame {
        stamp: now,
        forward_m_s: 0.0,
        yaw_rate_rad_s: 0.0,
        joints: [None; MAX_JOINTS],
    };
    let mut moved = 0.0f64;
    let mut allocations = 0;
    for _ in 0..1000 {
        now = now.plus_secs(TICK_SECS);
        world.obey(&frame);
        let mut messages = world.sense(now, &frame);
        messages.extend(commands(now));

        let before = COUNT.with(Cell::get);
        for message in &messages {
            gate.receive(message);
        }
        (frame, _) = gate.tick(now);
        allocations += COUNT.with(Cell::get) - before;
        moved = moved.max(frame.forward_m_s);
    }

    assert!(moved > 0.05, "the test is to see a moving robot");
    assert_eq!(allocations, 0);
}

fn commands(now: Stamp) -> [Message; 2] {
    let valid_until = now.plus_secs(0.1);
    let target = JointTarget {
        position: 0.3,
        velocity: 0.1,
        max_effort: None,
    };
    [
        Message::Base(BaseCommand {
            stamp: now,
            valid_until,
            forward_m_s: 0.3,
            yaw_rate_rad_s: 0.4,
        }),
        Message::Joints(JointCommand {
            stamp: now,
            valid_until,
            targets: [Some(target); MAX_JOINTS],
        }),
    ]
}
