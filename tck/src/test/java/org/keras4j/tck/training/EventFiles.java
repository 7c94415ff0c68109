package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** Reads event files with TensorFlow's own classes of their messages, and checks the frames around them. */
final class EventFiles {
  private EventFiles() {}

  /** All events of the files of a folder, in the order of names. */
  static List<Event> read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(p -> p.getFileName().toString().contains("tfevents"))
          .sorted()
          .toList();
    }
    List<Event> out = new ArrayList<>();
    for (Path file : files) {
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        byte[] length = new byte[8];
        in.mark().get(length);
        int size = (int) in.reset().getLong();
        assertEquals(masked(length), in.getInt(), "checksum of a length");
        byte[] message = new byte[size];
        in.get(message);
        assertEquals(masked(message), in.getInt(), "checksum of a message");
        out.add(Event.parseFrom(message));
      }
    }
    return out;
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  /** The values of a tag by step. */
  static Map<Long, Summary.Value> values(List<Event> events, String tag) {
    Map<Long, Summary.Value> out = new TreeMap<>();
    for (Event e : events) {
      for (Summary.Value v : e.getSummary().getValueList()) {
        if (v.getTag().equals(tag)) {
          out.put(e.getStep(), v);
        }
      }
    }
    return out;
  }

  /** The scalars of a tag by step. */
  static Map<Long, Float> scalars(List<Event> events, String tag) {
    Map<Long, Float> out = new LinkedHashMap<>();
    values(events, tag).forEach((step, v) -> {
      assertEquals("scalars", v.getMetadata().getPluginData().getPluginName());
      out.put(step, v.getTensor().getFloatVal(0));
    });
    return out;
  }

  /** All tags. */
  static List<String> tags(List<Event> events) {
    return events.stream()
        .flatMap(e -> e.getSummary().getValueList().stream())
        .map(Summary.Value::getTag)
        .distinct()
        .sorted()
        .toList();
  }
}
