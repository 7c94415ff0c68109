package org.keras4j.core.internal.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.keras4j.core.io.FileFormatException;

/**
 * What a stream packed by bzip2 holds: blocks of up to 900,000 bytes, each sorted by Burrows and Wheeler's transform, moved to
 * front, its runs shortened, and coded by several Huffman tables in turn. Checksums of blocks and of the whole are held.
 */
final class BZip2Stream extends InputStream {
  private static final long BLOCK = 0x314159265359L;
  private static final long END = 0x177245385090L;
  private static final int UNIT = 100_000;
  private static final int GROUP = 50;
  private static final int MAX_LENGTH = 20;
  private static final int MAX_TABLES = 6;
  private static final int MAX_SELECTORS = 18_002;
  private static final int[] CRC = new int[256];

  static {
    for (int i = 0; i < CRC.length; i++) {
      int c = i << 24;
      for (int k = 0; k < 8; k++) {
        c = c < 0 ? c << 1 ^ 0x04c11db7 : c << 1;
      }
      CRC[i] = c;
    }
  }

  private final InputStream in;
  private long bits;
  private int bitCount;

  private int blockSize;
  private int[] block = new int[0];
  private int blockLength;
  private int taken;
  private int next; // the place in the block of the next byte
  private int last = -1;
  private int equal; // how many of the last byte came in a row
  private int repeat;
  private int crc;
  private int announced;
  private int combined;
  private boolean open;
  private boolean ended;

  BZip2Stream(InputStream in) throws IOException {
    this.in = in;
    if (!header(false)) {
      throw damaged("no head");
    }
  }

  private static FileFormatException damaged(String what) {
    return new FileFormatException("the bzip2 data is damaged: " + what);
  }

  private boolean header(boolean mayEnd) throws IOException {
    int first = in.read();
    if (first < 0 && mayEnd) {
      return false;
    }
    int level = first == 'B' && in.read() == 'Z' && in.read() == 'h' ? in.read() - '0' : 0;
    if (level < 1 || level > 9) {
      throw damaged("it does not begin as it should");
    }
    blockSize = level * UNIT;
    if (block.length < blockSize) {
      block = new int[blockSize];
    }
    combined = 0;
    bitCount = 0;
    bits = 0;
    return true;
  }

  private int bits(int n) throws IOException {
    while (bitCount < n) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the bzip2 data is cut short");
      }
      bits = bits << 8 | b;
      bitCount += 8;
    }
    bitCount -= n;
    return (int) (bits >>> bitCount & (1L << n) - 1);
  }

  private boolean bit() throws IOException {
    return bits(1) != 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int from, int count) throws IOException {
    int n = 0;
    while (n < count) {
      int b = one();
      if (b < 0) {
        return n == 0 ? -1 : n;
      }
      to[from + n++] = (byte) b;
    }
    return n;
  }

  /** The next byte, runs of four and more being a byte four times and how many more there are. */
  private int one() throws IOException {
    while (true) {
      if (repeat > 0) {
        repeat--;
        crc = crc << 8 ^ CRC[crc >>> 24 ^ last];
        return last;
      }
      if (taken == blockLength && !nextBlock()) {
        return -1;
      }
      next = block[next];
      int b = next & 0xff;
      next >>>= 8;
      taken++;
      if (equal == 4) {
        equal = 0;
        repeat = b;
        continue;
      }
      equal = b == last ? equal + 1 : 1;
      last = b;
      crc = crc << 8 ^ CRC[crc >>> 24 ^ b];
      return b;
    }
  }

  private boolean nextBlock() throws IOException {
    while (!ended) {
      if (open && ~crc != announced) {
        throw damaged("the checksum of a block is wrong");
      }
      open = false;
      long magic = (long) bits(24) << 24 | bits(24);
      int sum = bits(16) << 16 | bits(16);
      if (magic == END) {
        if (sum != combined) {
          throw damaged("its checksum is wrong");
        }
        bitCount = 0; // what is left of the byte is not used
        ended = !header(true);
        continue;
      }
      if (magic != BLOCK) {
        throw damaged("no block stands where one should");
      }
      combined = (combined << 1 | combined >>> 31) ^ sum;
      announced = sum;
      readBlock();
      crc = -1;
      last = -1;
      equal = 0;
      open = true;
      if (blockLength > 0) {
        return true;
      }
    }
    return false;
  }

  private void readBlock() throws IOException {
    if (bit()) {
      throw damaged("a form of 1996 that is no more in use");
    }
    int origin = bits(24);
    int[] used = usedBytes();
    int symbols = used.length + 2;
    int tables = bits(3);
    int selectors = bits(15);
    if (used.length == 0 || tables < 2 || tables > MAX_TABLES || selectors < 1) {
      throw damaged("impossible tables");
    }
    byte[] selector = selectors(tables, selectors);
    Table[] table = new Table[tables];
    for (int t = 0; t < tables; t++) {
      table[t] = table(symbols);
    }
    int[] counts = new int[256];
    blockLength = 0;
    taken = 0;
    int run = 0;
    int weight = 1;
    int group = -1;
    int left = 0;
    Table current = table[0];
    while (true) {
      if (left-- == 0) {
        if (++group >= selector.length) {
          throw damaged("a block does not end");
        }
        current = table[selector[group]];
        left = GROUP - 1;
      }
      int symbol = decode(current);
      if (symbol <= 1) { // digits of a run's length, to the base two, of one and two
        if (weight > blockSize) {
          throw damaged("a run is longer than a block");
        }
        run += weight << symbol;
        weight <<= 1;
        continue;
      }
      if (run > 0) {
        fill(used[0], run, counts);
        run = 0;
        weight = 1;
      }
      if (symbol == symbols - 1) {
        break;
      }
      int b = used[symbol - 1];
      System.arraycopy(used, 0, used, 1, symbol - 1);
      used[0] = b;
      fill(b, 1, counts);
    }
    unsort(origin, counts);
  }

  private void fill(int b, int n, int[] counts) throws FileFormatException {
    if (n > blockSize - blockLength) {
      throw damaged("a block is larger than is said");
    }
    java.util.Arrays.fill(block, blockLength, blockLength + n, b);
    blockLength += n;
    counts[b] += n;
  }

  /** Links each byte of the sorted block to the one that follows it, whose place stands above its low 8 bits. */
  private void unsort(int origin, int[] counts) throws FileFormatException {
    if (origin >= blockLength) {
      throw damaged("a block begins outside of itself");
    }
    int[] start = new int[256];
    for (int i = 1; i < start.length; i++) {
      start[i] = start[i - 1] + counts[i - 1];
    }
    for (int i = 0; i < blockLength; i++) {
      block[start[block[i] & 0xff]++] |= i << 8;
    }
    next = block[origin] >>> 8;
  }

  private int[] usedBytes() throws IOException {
    int groups = bits(16);
    int[] out = new int[256];
    int n = 0;
    for (int g = 0; g < 16; g++) {
      if ((groups >> 15 - g & 1) == 0) {
        continue;
      }
      int in16 = bits(16);
      for (int i = 0; i < 16; i++) {
        if ((in16 >> 15 - i & 1) != 0) {
          out[n++] = g * 16 + i;
        }
      }
    }
    return java.util.Arrays.copyOf(out, n);
  }

  private byte[] selectors(int tables, int count) throws IOException {
    byte[] order = {0, 1, 2, 3, 4, 5};
    byte[] out = new byte[Math.min(count, MAX_SELECTORS)];
    for (int i = 0; i < count; i++) {
      int j = 0;
      while (bit()) {
        if (++j >= tables) {
          throw damaged("impossible tables");
        }
      }
      byte t = order[j];
      System.arraycopy(order, 0, order, 1, j);
      order[0] = t;
      if (i < out.length) {
        out[i] = t;
      }
    }
    return out;
  }

  /**
   * Codes by their length: those of one length follow each other.
   *
   * @param limit the last code of a length, -1 if there is none
   * @param base what is taken from a code to get its place among the symbols
   */
  private record Table(int[] limit, int[] base, int[] symbols) {}

  private Table table(int symbols) throws IOException {
    int[] lengths = new int[symbols];
    int length = bits(5);
    for (int i = 0; i < symbols; i++) {
      while (true) {
        if (length < 1 || length > MAX_LENGTH) {
          throw damaged("impossible codes");
        }
        if (!bit()) {
          break;
        }
        length += bit() ? -1 : 1;
      }
      lengths[i] = length;
    }
    int[] limit = new int[MAX_LENGTH + 1];
    int[] base = new int[MAX_LENGTH + 1];
    int[] sorted = new int[symbols];
    int code = 0;
    int place = 0;
    for (int n = 1; n <= MAX_LENGTH; n++) {
      base[n] = code - place;
      for (int i = 0; i < symbols; i++) {
        if (lengths[i] == n) {
          sorted[place++] = i;
          code++;
        }
      }
      limit[n] = code - 1;
      code <<= 1;
    }
    return new Table(limit, base, sorted);
  }

  private int decode(Table t) throws IOException {
    int code = 0;
    for (int n = 1; n <= MAX_LENGTH; n++) {
      code = code << 1 | bits(1);
      int place = code - t.base[n];
      if (code <= t.limit[n] && place >= 0 && place < t.symbols.length) {
        return t.symbols[place];
      }
    }
    throw damaged("a code that stands for nothing");
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
