package org.keras4j.hub.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

@Tag("pytorch")
class SafeTensorsTest {
  @TempDir
  Path folder;

  private static Map<String, NDArray> arrays() {
    Map<String, NDArray> out = new LinkedHashMap<>();
    Random random = new Random(3);
    for (DType d : SafeTensorsHeader.DTYPES.values()) {
      NDArray a = NDArray.zeros(d, Shape.of(3, 5));
      ByteBuffer b = a.bytes();
      while (b.hasRemaining()) {
        b.put((byte) (d == DType.BOOL ? random.nextInt(2) : random.nextInt()));
      }
      out.put("layer." + d, a);
    }
    out.put("größe \"1\"", NDArray.of(new float[] {1, 2}, 2));
    out.put("scalar", NDArray.scalar(DType.FLOAT32, 2.5));
    out.put("empty", NDArray.zeros(DType.FLOAT32, Shape.of(0, 4)));
    return out;
  }

  private static void same(Map<String, NDArray> want, SafeTensors got) {
    assertEquals(want.keySet(), got.names());
    want.forEach((name, a) -> {
      assertEquals(a.spec().shape(), got.shape(name), name);
      assertEquals(a.dtype(), got.dtype(name), name);
      NDArray b = got.read(name);
      byte[] x = new byte[a.bytes().remaining()];
      byte[] y = new byte[b.bytes().remaining()];
      a.bytes().get(x);
      b.bytes().get(y);
      assertArrayEquals(x, y, name);
    });
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, WeightSource.of(arrays()));
    try (SafeTensors read = SafeTensors.open(folder)) {
      same(arrays(), read);
      assertEquals(Map.of("format", "pt"), read.metadata());
    }
  }

  @Test
  void severalFilesAreOneSource() throws IOException {
    SafeTensors.writeSharded(folder, WeightSource.of(arrays()), 150);
    long files;
    try (var all = Files.list(folder)) {
      files = all.filter(p -> p.toString().endsWith(".safetensors")).count();
    }
    assertTrue(files > 3, files + " files");
    try (SafeTensors read = SafeTensors.open(folder)) {
      same(arrays(), read);
    }
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"a\": \"../other.safetensors\"}}");
    assertThrows(FileFormatException.class, () -> SafeTensors.open(index));
    Files.writeString(
        index, "{\"weight_map\": {\"nobody\": \"model-00001-of-0000" + files + ".safetensors\"}}");
    assertThrows(FileFormatException.class, () -> SafeTensors.open(index));
    Files.writeString(index, "{}");
    assertThrows(FileFormatException.class, () -> SafeTensors.open(index));
    Files.writeString(index, "[1");
    assertThrows(FileFormatException.class, () -> SafeTensors.open(index));
  }

  private Path file(String header, int data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(text.length).put(text);
    Path file = folder.resolve("hostile.safetensors");
    Files.write(file, b.array());
    return file;
  }

  @Test
  void hostileHeadersAreRefused() throws IOException {
    String a = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    String[] headers = {
      "{" + a + "," + a + "}", // twice
      "{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}",
      "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", // overflows to 0
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", // a gap
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
          + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", // overlap
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", // bytes of nobody
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", // beyond the end
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,18446744073709551624]}}",
      "{\"a\":7}",
      "{" + a + "} {}",
      "[" + "[".repeat(100),
      "[]",
      "not JSON"
    };
    for (String header : headers) {
      Path file = file(header, 8);
      FileFormatException e =
          assertThrows(FileFormatException.class, () -> SafeTensors.open(file), header);
      assertTrue(e.getMessage().contains("hostile.safetensors"), e.getMessage());
    }
    try (SafeTensors good = SafeTensors.open(file("{" + a + "}  ", 8))) {
      assertEquals(Shape.of(2), good.shape("a"));
    }
  }

  @Test
  void filesCutOrChangedAnywhereAreRefusedOrRead() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, WeightSource.of(arrays()));
    byte[] whole = Files.readAllBytes(file);
    Path damaged = folder.resolve("damaged.safetensors");
    for (int n = 0; n < whole.length; n += 13) {
      Files.write(damaged, Arrays.copyOf(whole, n));
      assertThrows(FileFormatException.class, () -> SafeTensors.open(damaged));
    }
    Random random = new Random(1);
    int read = 0;
    for (int draw = 0; draw < 500; draw++) {
      byte[] bytes = whole.clone();
      bytes[random.nextInt(1200)] = (byte) random.nextInt();
      Files.write(damaged, bytes);
      try (SafeTensors s = SafeTensors.open(damaged)) {
        s.names().forEach(s::read);
        read++;
      } catch (FileFormatException e) {
        assertTrue(e.getMessage().contains("damaged.safetensors"), e.getMessage());
      }
    }
    assertTrue(read > 0, "a changed name does no harm");
  }

  @Test
  void filesOfManyGigabytesAreRead() throws IOException {
    long big = (1L << 31) + (1L << 29) + 3; // beyond one map, and odd
    String header = "{\"big\":{\"dtype\":\"U8\",\"shape\":[" + big + "],\"data_offsets\":[0," + big
        + "]}," + "\"edge\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[" + big + ","
        + (big + 12) + "]}}";
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("big.safetensors");
    try (RandomAccessFile f =
        new RandomAccessFile(file.toFile(), "rw")) { // with holes, it takes no space
      ByteBuffer b = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      f.write(b.putLong(0, text.length).array(), 0, 8);
      f.write(text);
      f.seek(8 + text.length + big);
      f.write(b.putFloat(0, 1).putFloat(4, 2).putFloat(8, -3).array());
    }
    try (SafeTensors s = SafeTensors.open(file)) {
      assertEquals(big, s.shape("big").dim(0));
      assertEquals(NDArray.of(new float[] {1, 2, -3}, 3), s.read("edge"));
      assertTrue(assertThrows(UncheckedIOException.class, () -> s.read("big"))
          .getMessage()
          .contains("maxArrayBytes"));
    }
    // an array that begins in one map and ends behind it
    MappedFile mapped = MappedFile.open(file);
    ByteBuffer end = ByteBuffer.allocate(32);
    mapped.read(mapped.size() - 32, end);
    assertEquals(-3, end.order(ByteOrder.LITTLE_ENDIAN).getFloat(28));
    ByteBuffer over = ByteBuffer.allocate(1 << 20);
    mapped.read((1L << 31) - (1 << 19), over);
    assertEquals(0, over.remaining());
  }

  @Test
  void limitsHold() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, WeightSource.of(arrays()));
    ReadLimits few = ReadLimits.builder().maxEntries(3).build();
    assertTrue(assertThrows(FileFormatException.class, () -> SafeTensors.open(file, few))
        .getMessage()
        .contains("maxEntries"));
    ReadLimits brief = ReadLimits.builder().maxConfigBytes(100).build();
    assertTrue(assertThrows(FileFormatException.class, () -> SafeTensors.open(file, brief))
        .getMessage()
        .contains("maxConfigBytes"));
    ReadLimits small = ReadLimits.builder().maxArrayBytes(16).build();
    SafeTensors s = SafeTensors.open(file, small);
    assertEquals(2.5, s.read("scalar").item());
    assertThrows(UncheckedIOException.class, () -> s.read("layer.float32"));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> s.read("layer.x"))
        .getMessage()
        .contains("layer.x"));
    s.close();
    assertThrows(IllegalStateException.class, () -> s.read("scalar"));
  }

  @Test
  void whatTheFormatHasNotIsNotWritten() {
    List<NDArray> bad = new ArrayList<>();
    bad.add(NDArray.zeros(DType.COMPLEX64, Shape.of(1)));
    bad.add(NDArray.ofStrings(new String[] {"x"}, Shape.of(1)));
    for (NDArray a : bad) {
      Path file = folder.resolve("bad.safetensors");
      assertThrows(
          IllegalArgumentException.class,
          () -> SafeTensors.write(file, WeightSource.of(Map.of("a", a))));
      assertTrue(Files.notExists(file));
    }
  }
}
