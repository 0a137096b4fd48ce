"""Sound for the ears: espeak-ng speaks it, rclpy sends it in real time."""

import struct
import subprocess
import threading
import time
from array import array

from audio_common_msgs.msg import AudioData, AudioInfo
from peer import LATCHED

RATE_HZ = 22_050
PORTION_SECS = 0.05


def spoken(text, voice='en-gb', program='espeak-ng'):
    """Samples of 16 bits at RATE_HZ, as a list."""
    wav = subprocess.run([program, '-v', voice, '-s', '150', '--stdout', text], check=True, capture_output=True).stdout
    assert struct.unpack_from('<I', wav, 24)[0] == RATE_HZ
    data = wav[wav.index(b'data') + 8:]
    samples = array('h')
    samples.frombytes(data[:len(data) // 2 * 2])
    return samples


def silence(secs):
    return array('h', bytes(2 * int(secs * RATE_HZ)))


def info(**changed):
    fields = {'channels': 1, 'sample_rate': RATE_HZ, 'sample_format': 'S16LE', 'coding_format': 'wave'} | changed
    return AudioInfo(**fields)


class Microphone:
    """Publishes `audio` without end: what was put in, else silence. `mixer` adds what else is in the room."""

    def __init__(self, peer, mixer=None):
        self._info = peer.node.create_publisher(AudioInfo, 'audio_info', LATCHED)
        self.audio = peer.publisher(AudioData, 'audio')
        self._info.publish(info())
        self._peer, self._mixer = peer, mixer
        self._waiting, self._lock = array('h'), threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def say(self, samples):
        """Puts it in; when its last sample was sent."""
        with self._lock:
            self._waiting.extend(samples)
            ahead = len(self._waiting) / RATE_HZ
        time.sleep(ahead)
        return time.monotonic()

    def _portion(self, count):
        with self._lock:
            portion = self._waiting[:count]
            del self._waiting[:count]
        portion.extend(silence(PORTION_SECS)[:count - len(portion)])
        if self._mixer:
            room = self._mixer(count)
            portion = array('h', (max(-32768, min(32767, a + b)) for a, b in zip(portion, room)))
        return portion

    def _run(self):
        count, due = int(PORTION_SECS * RATE_HZ), time.monotonic()
        while not self._ending.is_set():
            self.audio.publish(AudioData(data=self._portion(count).tobytes()))
            due += PORTION_SECS
            time.sleep(max(0.0, due - time.monotonic()))

    def close(self):
        self._ending.set()
        self._thread.join()
        self._peer.node.destroy_publisher(self._info)


class Room:
    """What the robot says comes back into its ears, as through a microphone that cancels echoes by 26 dB."""

    def __init__(self, peer, loudness=0.05):
        self.heard, self.last = array('h'), None
        self._waiting, self._lock, self._loudness = array('h'), threading.Lock(), loudness
        peer.node.create_subscription(AudioData, 'speech', self._take, 100)

    def _take(self, message):
        samples = array('h')
        samples.frombytes(bytes(message.data))
        self.last = time.monotonic()
        self.heard.extend(samples)
        with self._lock:
            self._waiting.extend(int(self._loudness * it) for it in samples)

    @property
    def is_silent(self):
        return self.last is None or time.monotonic() - self.last > 0.5

    def __call__(self, count):
        with self._lock:
            portion = self._waiting[:count]
            del self._waiting[:count]
        portion.extend([0] * (count - len(portion)))
        return portion
