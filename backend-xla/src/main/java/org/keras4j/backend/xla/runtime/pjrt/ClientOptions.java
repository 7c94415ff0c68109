package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutByte;
import static org.lwjgl.system.MemoryUtil.memPutFloat;
import static org.lwjgl.system.MemoryUtil.memPutInt;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lwjgl.system.MemoryUtil;

/** An array of named values in native memory, freed on {@link #close()}. */
final class ClientOptions implements AutoCloseable {
  private static final int STRING = 0;
  private static final int INT64 = 1;
  private static final int FLOAT = 3;
  private static final int BOOL = 4;

  private final List<ByteBuffer> texts = new ArrayList<>();
  private final int count;
  private final long address;

  ClientOptions(Map<String, String> options) {
    this.count = options.size();
    // elements of an array lie at the distance of their struct's size: no slack here
    int stride = PjrtLayout.NamedValue.SIZE;
    this.address = MemoryUtil.nmemCallocChecked(Math.max(1, count), stride);
    long at = address;
    for (Map.Entry<String, String> e : options.entrySet()) {
      memPutAddress(at, stride);
      text(at + PjrtLayout.NamedValue.NAME, at + PjrtLayout.NamedValue.NAME_SIZE, e.getKey());
      value(at, e.getValue());
      at += stride;
    }
  }

  private void value(long at, String text) {
    long value = at + PjrtLayout.NamedValue.INT64_VALUE;
    long size = at + PjrtLayout.NamedValue.VALUE_SIZE;
    memPutLong(size, 1);
    Object typed = OptionValue.parse(text);
    int type = STRING;
    if (typed instanceof Boolean b) {
      type = BOOL;
      memPutByte(value, (byte) (b ? 1 : 0));
    } else if (typed instanceof Long n) {
      type = INT64;
      memPutLong(value, n);
    } else if (typed instanceof Double d) {
      type = FLOAT;
      memPutFloat(value, d.floatValue());
    } else {
      text(value, size, text);
    }
    memPutInt(at + PjrtLayout.NamedValue.TYPE, type);
  }

  private void text(long pointer, long size, String value) {
    ByteBuffer b = MemoryUtil.memUTF8(value, false);
    texts.add(b);
    memPutAddress(pointer, MemoryUtil.memAddress(b));
    memPutLong(size, b.remaining());
  }

  int count() {
    return count;
  }

  long address() {
    return address;
  }

  @Override
  public void close() {
    texts.forEach(MemoryUtil::memFree);
    MemoryUtil.nmemFree(address);
  }
}
