package org.keras4j.core.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

class NpyTest {
  private static byte[] file(String head, byte... elements) {
    byte[] h = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] out = new byte[10 + h.length + elements.length];
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) h.length, 0};
    System.arraycopy(magic, 0, out, 0, 10);
    System.arraycopy(h, 0, out, 10, h.length);
    System.arraycopy(elements, 0, out, 10 + h.length, elements.length);
    return out;
  }

  private static NDArray read(byte[] bytes) throws IOException {
    return Npy.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void everyDtypeComesBack() throws IOException {
    for (DType d : DType.values()) {
      if (d == DType.STRING
          || d == DType.INT4
          || d == DType.UINT4
          || d.kerasName().startsWith("float8")) {
        continue;
      }
      NDArray a = NDArray.zeros(d, Shape.of(2, 3));
      for (int i = 0; i < 6; i++) {
        a.setLong(i, i % 2);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Npy.write(out, a);
      assertEquals(a, read(out.toByteArray()), d.kerasName());
    }
  }

  @Test
  void textComesBack() throws IOException {
    NDArray a = NDArray.ofStrings(new String[] {"", "\u00fcber", "\ud83d\ude00"}, Shape.of(3));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, a);
    assertEquals(a, read(out.toByteArray()));
  }

  @Test
  void elementsStartAtAMultipleOf64() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, NDArray.of(new float[] {1, 2}));
    assertEquals(8, out.size() % 64);
  }

  @Test
  void otherByteAndElementOrdersAreRead() throws IOException {
    NDArray big = read(file(
        "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }\n",
        (byte) 1,
        (byte) 2,
        (byte) 0,
        (byte) 3));
    assertArrayEquals(new int[] {258, 3}, big.toIntArray());
    NDArray columns = read(file(
        "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n",
        new byte[] {1, 4, 2, 5, 3, 6}));
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, columns.toIntArray());
  }

  @Test
  void damagedFilesAreRefused() {
    assertThrows(IOException.class, () -> read(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    String head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
    IOException cut = assertThrows(IOException.class, () -> read(file(head, (byte) 0)));
    assertTrue(cut.getMessage().contains("cut short"), cut.getMessage());
    String huge =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 99999999999), }\n";
    assertThrows(IOException.class, () -> read(file(huge)));
    String large = "{'descr': '<f4', 'fortran_order': False, 'shape': (300000000,), }\n";
    assertThrows(IOException.class, () -> read(file(large)));
    String objects = "{'descr': '|O8', 'fortran_order': False, 'shape': (1,), }\n";
    assertThrows(IOException.class, () -> read(file(objects)));
  }

  @Test
  void dtypesWithoutANameAreRefusedBeforeAFileIsMade(@TempDir Path folder) {
    Path file = folder.resolve("a.npy");
    NDArray a = NDArray.zeros(DType.FLOAT8_E5M2, Shape.of(1));
    assertThrows(IllegalArgumentException.class, () -> Npy.write(file, a));
    assertTrue(Files.notExists(file));
  }

  @Test
  void archivesKeepNamesAndOrder(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.npz");
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put("in1", NDArray.of(new double[] {1, 2}, 1, 2));
    arrays.put("case/0", NDArray.scalar(DType.INT32, 5L));
    Npz.write(file, arrays);
    Map<String, NDArray> back = Npz.read(file);
    assertEquals(java.util.List.copyOf(arrays.keySet()), java.util.List.copyOf(back.keySet()));
    assertEquals(arrays, back);
  }
}
