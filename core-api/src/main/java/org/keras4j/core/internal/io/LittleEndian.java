package org.keras4j.core.internal.io;

/** Numbers of bytes that stand in little-endian order. */
record LittleEndian(byte[] bytes) {
  /** The largest number of 32 bits. */
  static final long MAX32 = 0xffffffffL;

  int u8(int at) {
    return bytes[at] & 0xff;
  }

  int u16(int at) {
    return u8(at) | u8(at + 1) << 8;
  }

  int s32(int at) {
    return u16(at) | u16(at + 2) << 16;
  }

  long u32(int at) {
    return s32(at) & MAX32;
  }

  long s64(int at) {
    return u32(at) | u32(at + 4) << 32;
  }
}
