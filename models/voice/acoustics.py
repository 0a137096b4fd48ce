"""Rooms and household noise, synthesised from a seed. All at 16 kHz.

Rooms are shoeboxes by the image-source method (Allen and Berkley 1979, J. Acoust. Soc. Am. 65, 943): every wall reflects the same
share, taken from the reverberation time by Eyring's formula. (In such rooms sound dies away up to half as slowly again as that says.)
"""

import numpy

RATE = 16000
SOUND_M_S = 343.0
NOISES = ("fan", "hum", "clatter", "water", "babble", "music")


def random_room(random) -> dict:
    """A room of a flat, with microphone and speaker in it, at least 0.4 m from the walls."""
    size_m = [random.uniform(2.2, 6.5), random.uniform(2.0, 5.0), random.uniform(2.4, 2.9)]
    inside = [(0.4, it - 0.4) for it in size_m]
    robot_m = [random.uniform(*inside[0]), random.uniform(*inside[1]), random.uniform(0.8, 1.3)]
    person_m = [random.uniform(*inside[0]), random.uniform(*inside[1]), random.uniform(1.0, 1.8)]
    return {
        "size_m": [round(it, 2) for it in size_m],
        "microphone_m": [round(it, 2) for it in robot_m],
        "speaker_m": [round(it, 2) for it in person_m],
        "rt60_secs": round(float(random.uniform(0.2, 0.6)), 2),
    }


def impulse_response(room: dict):
    """From the speaker to the microphone; the direct sound is at 0 and has height 1."""
    size, microphone, speaker = (numpy.array(room[it]) for it in ("size_m", "microphone_m", "speaker_m"))
    volume, surface = size.prod(), 2 * (size[0] * size[1] + size[1] * size[2] + size[2] * size[0])
    absorbed = 1 - numpy.exp(-0.161 * volume / (surface * room["rt60_secs"]))
    reach_m = SOUND_M_S * room["rt60_secs"]
    axes = []
    for length, at, source in zip(size, microphone, speaker):
        count = int(reach_m / (2 * length)) + 1
        turns = numpy.arange(-count, count + 1)
        straight, mirrored = 2 * turns * length + source - at, 2 * turns * length - source - at
        axes.append((numpy.concatenate([straight, mirrored]), numpy.concatenate([2 * abs(turns), abs(2 * turns - 1)])))
    (x, bounces_x), (y, bounces_y), (z, bounces_z) = axes
    distance = numpy.sqrt(x[:, None, None] ** 2 + y[:, None] ** 2 + z**2).ravel()
    bounces = (bounces_x[:, None, None] + bounces_y[:, None] + bounces_z).ravel()
    direct = numpy.linalg.norm(microphone - speaker)
    near = distance < reach_m
    distance, bounces = numpy.maximum(distance[near], 0.1), bounces[near]
    height = (1 - absorbed) ** (bounces / 2) * max(direct, 0.1) / distance
    at = (distance - max(direct, 0.1)) / SOUND_M_S * RATE
    whole = numpy.maximum(at, 0).astype(int)
    response = numpy.zeros(whole.max() + 2)
    # An image between two samples is shared by them.
    numpy.add.at(response, whole, height * (1 - (at - whole)))
    numpy.add.at(response, whole + 1, height * (at - whole))
    return response.astype("f4")


def in_room(samples, response):
    """The sound as the microphone hears it, longer by the response; as loud as before."""
    length = len(samples) + len(response) - 1
    size = 1 << (length - 1).bit_length()
    heard = numpy.fft.irfft(numpy.fft.rfft(samples, size) * numpy.fft.rfft(response, size), size)[:length]
    return (heard * (numpy.abs(samples).max() / max(numpy.abs(heard).max(), 1e-9))).astype("f4")


def loudness(samples) -> float:
    """Mean square over the 30 ms pieces that are not silence (30 dB below the loudest)."""
    pieces = samples[: len(samples) // 480 * 480].reshape(-1, 480)
    power = (pieces**2).mean(1) if len(pieces) else numpy.array([float((samples**2).mean())])
    return float(power[power > power.max(initial=0) * 1e-3].mean()) if power.max(initial=0) > 0 else 0.0


def with_noise(samples, noise, snr_db: float, speech_power: float):
    scale = numpy.sqrt(speech_power / max(loudness(noise), 1e-12) / 10 ** (snr_db / 10))
    mixed = samples + noise[: len(samples)] * scale
    return mixed * min(1.0, 0.98 / max(numpy.abs(mixed).max(), 1e-9))


def coloured(random, length, slope):
    """Noise whose power falls with frequency ** slope."""
    spectrum = numpy.fft.rfft(random.standard_normal(length))
    spectrum *= numpy.maximum(numpy.fft.rfftfreq(length, 1 / RATE), 30.0) ** (-slope / 2)
    noise = numpy.fft.irfft(spectrum, length)
    return noise / numpy.abs(noise).max()


def tones(random, length, base_hz, count, slope):
    time = numpy.arange(length) / RATE
    parts = range(1, count + 1)
    return sum(it**-slope * numpy.sin(2 * numpy.pi * (base_hz * it * time + random.uniform())) for it in parts)


def fan(random, length):
    """A range hood or a fan: wind, and the beat of the blades."""
    beat = 1 + 0.2 * numpy.sin(2 * numpy.pi * random.uniform(0.3, 2) * numpy.arange(length) / RATE)
    return coloured(random, length, random.uniform(0.8, 1.8)) * beat + 0.05 * tones(
        random, length, random.uniform(80, 220), 6, 1
    )


def hum(random, length):
    """A refrigerator: the mains' harmonics over a soft hiss."""
    return tones(random, length, random.choice([50.0, 100.0, 120.0]), 12, random.uniform(0.6, 1.2)) + 0.3 * coloured(
        random, length, 1
    )


def clatter(random, length):
    """Dishes: knocks, each a few ringing modes that die away."""
    sound = 0.02 * coloured(random, length, 1)
    for _ in range(max(1, round(length / RATE * random.uniform(2, 6)))):
        start = int(random.integers(0, length))
        time = numpy.arange(min(length - start, RATE // 2)) / RATE
        for _ in range(int(random.integers(4, 9))):
            decay = numpy.exp(-time / random.uniform(0.01, 0.12))
            sound[start : start + len(time)] += (
                random.uniform(0.1, 1) * decay * numpy.sin(2 * numpy.pi * random.uniform(900, 7000) * time)
            )
    return sound


def water(random, length):
    """A tap that runs: hiss with drops in it."""
    steps = numpy.repeat(random.uniform(0.5, 1.5, length // 200 + 1), 200)[:length]
    return coloured(random, length, random.uniform(-0.3, 0.6)) * steps


def music(random, length):
    """Chords with a melody above; not music, but like it."""
    sound, start = numpy.zeros(length), 0
    while start < length:
        time = numpy.arange(min(length - start, int(random.uniform(0.2, 0.8) * RATE))) / RATE
        root = 110 * 2 ** (random.integers(0, 12) / 12)
        for step in (0, 4, 7, 12 + int(random.integers(0, 12))):
            sound[start : start + len(time)] += tones(random, len(time), root * 2 ** (step / 12), 4, 1.2) * numpy.exp(
                -2 * time
            )
        start += len(time)
    return sound


def babble(random, length, speech):
    """Several people talk: pieces of other speech over each other."""
    sound = numpy.zeros(length)
    for _ in range(int(random.integers(3, 7))):
        line = numpy.zeros(0)
        while len(line) < length + RATE:
            line = numpy.concatenate(
                [line, speech[int(random.integers(len(speech)))], numpy.zeros(int(random.integers(0, RATE // 2)))]
            )
        start = int(random.integers(0, len(line) - length))
        sound += random.uniform(0.4, 1) * line[start : start + length]
    return sound


def noise(kind: str, random, length: int, speech=()):
    """`length` samples of a kind of noise; babble is made of `speech`."""
    if kind == "babble":
        sound = babble(random, length, speech)
    else:
        sound = {"fan": fan, "hum": hum, "clatter": clatter, "water": water, "music": music}[kind](random, length)
    return (sound / max(numpy.abs(sound).max(), 1e-9)).astype("f4")
