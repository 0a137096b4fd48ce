"""A camera, and the little that perception wants to know of the robot that carries it; all of it published by rclpy."""

import struct
import threading
import time

import numpy
from hearth_interfaces.msg import Localization
from nav_msgs.msg import Odometry
from peer import SENSOR
from rclpy.serialization import serialize_message
from sensor_msgs.msg import CameraInfo, Image, JointState

SIZE = (640, 480)
FOCAL = 525.0
WALL_M = 1.5
WHERE = (7.4, 3.5)
JOINTS = {'lift_joint': 0.5, 'shoulder_joint': 0.0, 'elbow_joint': 0.0, 'wrist_yaw_joint': 0.0, 'wrist_pitch_joint': 0.0,
          'left_finger_joint': 0.05, 'head_pan_joint': 0.0, 'head_tilt_joint': 0.0}


def image(encoding, pixels):
    """In its bytes: whoever publishes many does not make each anew."""
    message = Image(height=SIZE[1], width=SIZE[0], encoding=encoding, step=pixels.nbytes // SIZE[1])
    message.header.frame_id = 'camera_optical_frame'
    message.data = pixels.tobytes()
    return bytearray(serialize_message(message))


def wall(encoding):
    """The depth of a wall before the camera."""
    in_units = WALL_M if encoding == '32FC1' else WALL_M * 1000
    return image(encoding, numpy.full(SIZE[::-1], in_units, '<f4' if encoding == '32FC1' else '<u2'))


class Camera:
    """Publishes colour and depth with the stamps of now, and where the robot is."""

    def __init__(self, peer, depth='32FC1'):
        stripes = numpy.indices(SIZE[::-1])[1] // 40 % 2 * 90 + 80
        self._colour = image('rgb8', numpy.repeat(stripes.astype('u1')[..., None], 3, axis=2))
        self._depth = wall(depth)
        self._clock = peer.node.get_clock()
        topics = {'colour': (Image, 'camera/color/image_raw'), 'depth': (Image, 'camera/depth/image_rect_raw'),
                  'info': (CameraInfo, 'camera/color/camera_info'), 'odometry': (Odometry, 'odom'),
                  'joints': (JointState, 'joint_states'), 'localization': (Localization, 'localization')}
        self._out = {name: peer.publisher(*it, SENSOR if name not in ('joints', 'localization') else 10)
                     for name, it in topics.items()}
        # [s], as published; the thread appends, tests look on.
        self.stamps = []
        self._ending = threading.Event()
        self._thread = None

    def shoot(self):
        """One frame."""
        now = self._clock.now().to_msg()
        self._tell_where(now)
        for name, it in (('colour', self._colour), ('depth', self._depth)):
            struct.pack_into('<iI', it, 4, now.sec, now.nanosec)
            self._out[name].publish(bytes(it))
        self.stamps.append(now.sec + now.nanosec * 1e-9)

    def _tell_where(self, now):
        info = CameraInfo(width=SIZE[0], height=SIZE[1], k=[FOCAL, 0.0, SIZE[0] / 2, 0.0, FOCAL, SIZE[1] / 2, 0.0, 0.0, 1.0])
        odometry = Odometry(child_frame_id='base_link')
        odometry.pose.pose.orientation.w = 1.0
        joints = JointState(name=list(JOINTS), position=list(JOINTS.values()), velocity=[0.0] * len(JOINTS),
                            effort=[0.0] * len(JOINTS))
        localization = Localization(position_std=0.01, yaw_std=0.01)
        localization.map_from_odom.x, localization.map_from_odom.y = WHERE
        localization.header.frame_id, odometry.header.frame_id = 'map', 'odom'
        for name, it in (('info', info), ('odometry', odometry), ('joints', joints), ('localization', localization)):
            it.header.stamp = now
            self._out[name].publish(it)

    def film(self, rate_hz):
        """Until `cut`."""
        self._ending.clear()
        self._thread = threading.Thread(target=self._film, args=(1 / rate_hz,), daemon=True)
        self._thread.start()

    def _film(self, period_secs):
        due = time.monotonic()
        while not self._ending.is_set():
            self.shoot()
            due = max(due + period_secs, time.monotonic() - period_secs)
            self._ending.wait(max(0.0, due - time.monotonic()))

    def cut(self):
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
