package org.keras4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.data.Column;
import org.keras4j.training.data.Batch;
import scala.jdk.javaapi.CollectionConverters;

/** Samples as bytes, and the cells of rows that they are made of. */
class SampleLayoutTest {
  private static byte[] joined(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }

  @Test
  void samplesComeBackInTheirPlaces() {
    List<NDArray> arrays = List.of(
        NDArray.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2),
        NDArray.ofStrings(new String[] {"a", "straße", ""}, Shape.of(3)),
        NDArray.of(new long[] {7, -8, Long.MAX_VALUE}, 3),
        NDArray.of(new boolean[] {true, false, true}, 3));
    SampleLayout layout = new SampleLayout(arrays);
    byte[] two = joined(layout.encoded(arrays, 1), layout.encoded(arrays, 2));
    List<NDArray> back = layout.decoded(ByteBuffer.wrap(two), 3, 2, 6);
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 0, 0, 3, 4, 5, 6, 0, 0}, back.get(0).toFloatArray());
    assertArrayEquals(new String[] {"", "", "", "straße", "", ""}, back.get(1).toStringArray());
    assertArrayEquals(new long[] {0, 0, 0, -8, Long.MAX_VALUE, 0}, back.get(2).toLongArray());
    assertArrayEquals(
        new boolean[] {false, false, false, false, true, false}, back.get(3).toBooleanArray());
    assertThrows(
        IllegalArgumentException.class,
        () -> layout.require(List.of(NDArray.zeros(DType.FLOAT32, Shape.of(1, 3)))));
  }

  @Test
  @SuppressWarnings("unchecked")
  void cellsOfAllKindsAreRead() throws Exception {
    Columns columns = new Columns();
    columns.input("vector", Column.of("vector"));
    columns.input("grid", Column.of("grid").shape(2, 2));
    columns.input("bytes", Column.of("bytes").dtype("uint8"));
    columns.input("word", Column.strings("word"));
    columns.target(null, Column.of("label").labels("no", "yes").shape());
    columns.weight("weight");
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
      out.writeObject(columns);
    }
    Columns there =
        (Columns) new ObjectInputStream(new ByteArrayInputStream(sent.toByteArray())).readObject();
    assertEquals(List.of("vector", "grid", "bytes", "word", "label", "weight"), there.names());
    Row row = RowFactory.create(
        Vectors.sparse(3, new int[] {1}, new double[] {5}),
        CollectionConverters.asScala(List.of(
                CollectionConverters.asScala(List.of(1.0, 2.0)).toSeq(),
                CollectionConverters.asScala(List.of(3.0, 4.0)).toSeq()))
            .toSeq(),
        new byte[] {1, -1},
        "word",
        "yes",
        0.5);
    Batch b = there
        .source(new RowTable(List.of(row).iterator(), there.names()), 4)
        .iterator()
        .next();
    List<NDArray> arrays = there.arrays(b);
    assertArrayEquals(new float[] {0, 5, 0}, arrays.get(0).toFloatArray());
    assertEquals(Shape.of(1, 2, 2), arrays.get(1).shape());
    assertArrayEquals(new float[] {1, 2, 3, 4}, arrays.get(1).toFloatArray());
    assertArrayEquals(new int[] {1, 255}, arrays.get(2).toIntArray());
    assertArrayEquals(new String[] {"word"}, arrays.get(3).toStringArray());
    assertArrayEquals(new int[] {1}, arrays.get(4).toIntArray());
    assertArrayEquals(new float[] {0.5f}, arrays.get(5).toFloatArray());
    Batch again = there.batch(arrays);
    assertEquals(b.x(), again.x());
    assertEquals(b.y(), again.y());
    assertEquals(b.sampleWeight(), again.sampleWeight());
  }
}
