"""One end of a latency measurement as an rclpy user writes it; `hearth-ros bench-peer` is the same with Hearth's code.

send:    waits for a subscription, publishes for a while to warm up, then counts; prints the counted stamps as JSON.
receive: prints "ready", listens until standard input ends, prints [sent, received] for each message as JSON.
Stamps are nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share, and travel in the message.
"""

import argparse
import array
import json
import os
import sys
import threading
import time

import numpy as np
import rclpy
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy, qos_profile_sensor_data
from sensor_msgs.msg import Image
from std_msgs.msg import String

WIDTH, HEIGHT = 640, 480
SMALL_BYTES = 100


def image_from(frame: np.ndarray, sent: int) -> Image:
    message = Image()
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(sent, 1_000_000_000)
    message.header.frame_id = "camera"
    message.height, message.width = HEIGHT, WIDTH
    message.encoding = "rgb8"
    message.step = 3 * WIDTH
    # Through array.array: bytes or a list would be checked element by element.
    message.data = array.array("B", frame.tobytes())
    return message


def frame_from(message: Image) -> tuple[int, np.ndarray]:
    sent = message.header.stamp.sec * 1_000_000_000 + message.header.stamp.nanosec
    frame = np.frombuffer(message.data, dtype=np.uint8).reshape(message.height, message.width, 3)
    return sent, frame


class Sender(Node):
    def __init__(self, options: argparse.Namespace, qos: QoSProfile) -> None:
        super().__init__("latency_sender")
        self.options = options
        self.frame = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        self.out = self.create_publisher(Image if options.what == "image" else String, options.topic, qos)
        self.since = time.monotonic()
        self.heard = False
        self.sent: list[int] = []
        self.timer = self.create_timer(1.0 / options.hz, self.tick)

    def tick(self) -> None:
        now = time.monotonic()
        if not self.heard:
            if self.out.get_subscription_count() > 0:
                self.heard, self.since = True, now
            elif now - self.since > self.options.discovery_secs:
                raise SystemExit(f"no subscription to {self.options.topic} in {self.options.discovery_secs} s")
            return
        sent = time.monotonic_ns()
        if self.options.what == "image":
            self.out.publish(image_from(self.frame, sent))
        else:
            self.out.publish(String(data=str(sent).ljust(SMALL_BYTES)))
        if now - self.since >= self.options.warm_up_secs:
            self.sent.append(sent)
        if len(self.sent) >= self.options.count:
            rclpy.shutdown()


class Receiver(Node):
    def __init__(self, options: argparse.Namespace, qos: QoSProfile) -> None:
        super().__init__("latency_receiver")
        self.came: list[tuple[int, int]] = []
        if options.what == "image":
            self.subscription = self.create_subscription(Image, options.topic, self.take_image, qos)
        else:
            self.subscription = self.create_subscription(String, options.topic, self.take_small, qos)
        print("ready", flush=True)

    def take_image(self, message: Image) -> None:
        sent, self.frame = frame_from(message)
        self.came.append((sent, time.monotonic_ns()))

    def take_small(self, message: String) -> None:
        self.came.append((int(message.data), time.monotonic_ns()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("end", choices=["send", "receive"])
    parser.add_argument("what", choices=["image", "small"])
    parser.add_argument("--topic", required=True)
    parser.add_argument("--reliable", action="store_true")
    parser.add_argument("--hz", type=float, default=30.0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--warm-up-secs", type=float, default=1.0)
    parser.add_argument("--discovery-secs", type=float, default=20.0)
    options = parser.parse_args()
    qos = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE) if options.reliable else qos_profile_sensor_data

    rclpy.init()
    sends = options.end == "send"
    node = Sender(options, qos) if sends else Receiver(options, qos)

    def until_input_ends() -> None:
        sys.stdin.buffer.read()
        if sends:
            # Whoever wanted the figures is gone.
            os._exit(1)
        rclpy.shutdown()

    threading.Thread(target=until_input_ends, daemon=True).start()
    try:
        rclpy.spin(node)
    except rclpy.executors.ExternalShutdownException:
        pass
    if sends:
        # A publisher that goes away takes what is still under way with it.
        time.sleep(0.3)
    print(json.dumps(node.sent if sends else node.came), flush=True)
    # Without waiting for the thread at standard input.
    os._exit(0)


if __name__ == "__main__":
    main()
