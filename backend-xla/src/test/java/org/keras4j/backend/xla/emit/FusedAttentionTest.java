package org.keras4j.backend.xla.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;

/** Which calls of attention become calls of cuDNN, and what these look like. */
class FusedAttentionTest {
  private static final CompositeName NAME = Composites.DOT_PRODUCT_ATTENTION;

  private static Composite call(String name, boolean causal, boolean bias, boolean mask) {
    Attributes a = Attributes.of(
        Composites.FACTOR,
        0.125,
        Composites.CAUSAL,
        causal,
        Composites.BIAS,
        bias,
        Composites.MASK,
        mask);
    return new Composite(name, a, in -> outputs(name, in, mask));
  }

  // a body with the results' types, for the graph alone
  private static Graph outputs(String name, List<TensorSpec> in, boolean mask) {
    GraphBuilder b = new GraphBuilder();
    List<Value> values = in.stream().map(b::input).toList();
    if (name.equals(NAME.backward())) {
      List<Value> out = new ArrayList<>(values.subList(0, 3));
      if (mask) {
        out.add(b.input(TensorSpec.of(in.get(0).dtype())));
      }
      return b.build(out);
    }
    return b.build(
        name.equals(NAME.forward())
            ? List.of(values.get(0), b.input(lse(in.get(0))))
            : List.of(values.get(0)));
  }

  private static TensorSpec lse(TensorSpec query) {
    return TensorSpec.of(
        DType.FLOAT32, query.shape().dim(0), query.shape().dim(2), query.shape().dim(1), 1);
  }

  private static List<TensorSpec> inputs(
      DType dtype, boolean mask, boolean backward, long queries, long keys, long depth) {
    TensorSpec query = TensorSpec.of(dtype, 2, queries, 4, depth);
    TensorSpec key = TensorSpec.of(dtype, 2, keys, 4, depth);
    List<TensorSpec> in = new ArrayList<>(List.of(query, key, key));
    if (mask) {
      in.add(TensorSpec.of(DType.BOOL, 2, 1, 1, keys));
    }
    if (backward) {
      in.addAll(List.of(query, lse(query), query));
    }
    return in;
  }

  private static boolean fits(
      String name, boolean bias, boolean mask, DType dtype, long queries, long depth) {
    List<TensorSpec> in =
        inputs(dtype, mask, name.equals(NAME.backward()), queries, queries, depth);
    if (bias) {
      in.add(3, TensorSpec.of(dtype, 1, 4, queries, queries));
    }
    return FusedAttention.fits(call(name, true, bias, mask), in);
  }

  @Test
  void fitsHalvesOfModestDepth() {
    for (String name : List.of(NAME.name(), NAME.forward(), NAME.backward())) {
      assertTrue(fits(name, false, false, DType.BFLOAT16, 128, 64), name);
      assertTrue(fits(name, false, false, DType.FLOAT16, 128, 128), name);
      // masks of keys alone, up to the depth where the kernels still have room for one number more
      assertTrue(fits(name, false, true, DType.BFLOAT16, 128, 64), name);
      assertTrue(fits(name, false, true, DType.FLOAT16, 127, 120), name);
      assertEquals(
          !name.equals(NAME.backward()), fits(name, false, true, DType.BFLOAT16, 128, 128), name);
      assertFalse(fits(name, false, false, DType.FLOAT32, 128, 64), name);
      assertFalse(fits(name, false, false, DType.BFLOAT16, 128, 60), name);
      assertFalse(fits(name, false, false, DType.BFLOAT16, 128, 136), name);
      assertTrue(fits(name, false, false, DType.BFLOAT16, 127, 64), name);
      // few queries, as of a decoder's step
      assertTrue(fits(name, false, true, DType.BFLOAT16, 32, 64), name);
      assertFalse(fits(name, false, false, DType.BFLOAT16, 31, 64), name);
      assertFalse(fits(name, false, true, DType.BFLOAT16, 1, 64), name);
    }
    assertFalse(fits(NAME.forward(), false, true, DType.BFLOAT16, 127, 128));
    assertTrue(fits(NAME.forward(), true, false, DType.BFLOAT16, 128, 64));
    assertFalse(fits(NAME.backward(), true, false, DType.BFLOAT16, 128, 64));
    assertFalse(fits(Composites.DENSE.name(), false, false, DType.BFLOAT16, 128, 64));
  }

  @Test
  void headsOfKeysMayServeSeveral() {
    for (String name : List.of(NAME.name(), NAME.forward(), NAME.backward())) {
      for (boolean mask : new boolean[] {false, true}) {
        for (long heads : new long[] {1, 2, 3}) {
          List<TensorSpec> in =
              inputs(DType.BFLOAT16, mask, name.equals(NAME.backward()), 128, 128, 64);
          TensorSpec key = TensorSpec.of(DType.BFLOAT16, 2, 128, heads, 64);
          in.set(1, key);
          in.set(2, key);
          assertEquals(
              !mask && heads < 3,
              FusedAttention.fits(call(name, true, false, mask), in),
              name + heads + mask);
        }
      }
    }
  }

  private static String text(String name, boolean causal, boolean mask) {
    List<TensorSpec> in = inputs(DType.BFLOAT16, mask, name.equals(NAME.backward()), 128, 64, 32);
    GraphBuilder b = new GraphBuilder();
    List<Value> values = in.stream().map(b::input).toList();
    Graph g = b.build(b.add(call(name, causal, false, mask), values));
    EmitOptions options = new EmitOptions(Precision.HIGHEST, true, false, true);
    return GraphEmitter.emit(g, options, Map.of()).text();
  }

  @Test
  void isWrittenAsBefore() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : List.of(NAME.name(), NAME.forward(), NAME.backward())) {
      for (boolean mask : new boolean[] {false, true}) {
        all.append("// ").append(name).append(mask ? ", masked" : "").append('\n');
        all.append(text(name, !mask, mask));
      }
    }
    if (System.getProperty("golden.print") != null) {
      System.out.print(all);
      return;
    }
    try (InputStream in = FusedAttentionTest.class.getResourceAsStream("golden-attention.txt")) {
      assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), all.toString());
    }
  }
}
