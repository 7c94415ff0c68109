package org.keras4j.litert;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;

/** Rounding to 256 steps between two limits: in files that the converter reads, the mark of what is int8. */
final class FakeQuant {
  private static final int STEPS = 255;

  private FakeQuant() {}

  /** With limits that have 0 between them. */
  static Composite of(float low, float high) {
    Attributes limits = Attributes.named(Composites.LOWEST, low, Composites.HIGHEST, high);
    return new Composite(Composites.FAKE_QUANT, limits, in -> body(in, low, high));
  }

  private static Graph body(List<TensorSpec> in, double low, double high) {
    double step = (high - low) / STEPS;
    double first = -step * Math.round(-low / step); // such that 0 is one of the steps
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(in.get(0));
    Value y = binary(b, BinaryKind.MAX, x, first);
    y = binary(b, BinaryKind.MIN, y, first + STEPS * step);
    y = binary(b, BinaryKind.DIV, binary(b, BinaryKind.SUB, y, first), step);
    y = b.add1(new Unary(UnaryKind.ROUND_EVEN), y);
    y = binary(b, BinaryKind.ADD, binary(b, BinaryKind.MUL, y, step), first);
    return b.build(List.of(y));
  }

  private static Value binary(GraphBuilder b, BinaryKind kind, Value x, double number) {
    Value c = b.add1(new ArrayConstant(NDArray.scalar(DType.FLOAT32, number)));
    return b.add1(new Binary(kind), x, c);
  }
}
