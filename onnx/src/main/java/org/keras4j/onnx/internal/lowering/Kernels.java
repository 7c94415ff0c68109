package org.keras4j.onnx.internal.lowering;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;

/**
 * The element types in which operators are asked for. ONNX allows more than runtimes have kernels for: onnxruntime computes
 * most things in few types. Of others, values are carried through a wider type that holds all of theirs.
 */
final class Kernels {
  private static final Map<String, Set<DType>> TYPES = new HashMap<>();
  private static final Set<DType> FLOATS = EnumSet.of(DType.FLOAT32, DType.FLOAT64);

  static {
    String numbers = "float32 float64 int32 int64";
    all(numbers + " uint32 uint64", "Add", "Sub", "Mul", "Div", "MatMul");
    all(numbers + " uint32 uint64", "Max", "Min", "Clip");
    all(numbers, "Neg", "Pow", "ReduceSum", "ReduceProd", "CumSum", "TopK");
    all(numbers + " int8 uint8", "ReduceMax", "ReduceMin");
    all("float32 float64 int32 int8 uint8", "ArgMax", "ArgMin");
    all(numbers + " int8 int16 uint8 uint16 uint32 uint64", "Abs", "Mod");
    all(numbers + " int8 int16 uint8 uint16 uint32 uint64", "Sign");
    all(numbers + " bool", "Equal");
    all(numbers, "Less", "LessOrEqual", "Greater", "GreaterOrEqual");
    all(numbers + " uint8 string", "Where");
    all("int8 int16 int32 int64 uint8 uint16 uint32 uint64", "BitwiseAnd", "BitwiseOr");
    all("int8 int16 int32 int64 uint8 uint16 uint32 uint64", "BitwiseXor", "BitwiseNot");
    all("uint32 uint64 uint8", "BitShift");
    all(numbers + " bool int8 uint32 uint64 uint8", "Pad");
    all("float32 float64 int16 int32 int64", "Range");
    all("float32 float64 int8 uint8", "MaxPool");
    all("float32 float64 int32", "Relu");
    String moved = numbers + " bool float16 int8 int16 uint8 uint16 uint32 uint64 string";
    all(moved, "Expand", "Tile");
    all(moved + " bfloat16", "Reshape", "Transpose", "Concat", "Gather", "GatherND");
    all(moved + " bfloat16", "GatherElements", "Unsqueeze", "Squeeze", "Identity", "Slice");
    all(moved + " bfloat16", "ScatterND");
  }

  private Kernels() {}

  private static void all(String types, String... operators) {
    Set<DType> set = EnumSet.noneOf(DType.class);
    for (String t : types.split(" ")) {
      set.add(DType.of(t));
    }
    for (String op : operators) {
      TYPES.put(op, set);
    }
  }

  /** The type in which an operator is applied to values of a type. */
  static DType carrier(String op, DType t) {
    Set<DType> types = TYPES.getOrDefault(op, FLOATS);
    // runtimes without kernels for halves put conversions around such nodes themselves
    if (types.contains(t) || t == DType.FLOAT16 || t == DType.FLOAT64) {
      return t;
    }
    DType[] wider;
    if (t.isFloat()) {
      wider = new DType[] {DType.FLOAT32};
    } else if (t.isBool() || t.isInteger() && t.size() < 4) {
      wider = new DType[] {DType.INT32, DType.INT64, DType.FLOAT32};
    } else if (t == DType.UINT32 || t == DType.INT32) {
      wider = new DType[] {DType.INT64, DType.UINT64, DType.FLOAT64};
    } else {
      wider = new DType[] {DType.INT64, DType.UINT64};
    }
    for (DType w : wider) {
      if (types.contains(w)) {
        return w;
      }
    }
    throw new Refusal(op + " has no form for " + t);
  }
}
