package org.keras4j.backend.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keras4j.core.DType.*;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Memory: shared with libtorch, given away, freed; and what happens to wrong input. */
class SharingTest {
  private static final Backend BACKEND = Keras.backend("pytorch");
  private static final TensorSpec SQUARE = TensorSpec.of(FLOAT32, 2, 2);
  private static final NDArray NUMBERS = NDArray.of(new float[] {1, 2, 3, 4}, 2, 2);

  /** {@code x + 1}, in the memory of x if that is given away. */
  private static Executable increment() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(SQUARE);
    Value one = b.add1(new ArrayConstant(NDArray.scalar(FLOAT32, 1.0)));
    Value y = b.add1(new Binary(BinaryKind.ADD), x, one);
    return BACKEND.compile(b.build(List.of(y)), new CompileOptions(Map.of(0, 0), false, ""));
  }

  /** A kernel's form for libtorch is kept between runs, but not beyond a change of its elements. */
  @Test
  void convolutionsSeeTheKernelAsItIs() {
    LongList one = LongList.of(1, 1);
    LongList none = LongList.of(0, 0);
    NDArray x = NDArray.of(new float[] {1, 2, 3, 4}, 1, 2, 1, 2);
    NDArray k = NDArray.of(new float[] {1, 10, 100, 1000, -1, 0, 0, -2}, 2, 1, 2, 2);
    TensorSpec xs = x.spec();
    GraphBuilder b = new GraphBuilder();
    Value in = b.input(xs);
    Value kernel = b.input(k.spec());
    Value y = b.add1(new Conv(new ConvAttributes(one, none, none, one, 1)), in, kernel);
    Executable e = BACKEND.compile(b.build(List.of(y)), CompileOptions.DEFAULT);
    BackendTensor input = BACKEND.fromHost(x, "cpu:0");
    BackendTensor weights = BACKEND.fromHost(k, "cpu:0");
    // 1 + 200 - 3, 10 + 2000 - 8
    NDArray expected = NDArray.of(new float[] {198, 2002}, 1, 1, 1, 2);
    for (int i = 0; i < 3; i++) {
      assertEquals(expected, e.run(List.of(input, weights)).get(0).toHost());
    }
    BackendTensor others = BACKEND.fromHost(NDArray.zeros(FLOAT32, k.shape()), "cpu:0");
    assertEquals(0, e.run(List.of(input, others)).get(0).toHost().getDouble(0));
    assertEquals(expected, e.run(List.of(input, weights)).get(0).toHost());

    try (Tensor shared = PyTorch.toTorch(new EagerTensor(BACKEND, weights))) {
      shared.mul_(new Scalar(2.0));
      assertEquals(396, e.run(List.of(input, weights)).get(0).toHost().getDouble(0));
      shared.mul_(new Scalar(2.0));
      assertEquals(792, e.run(List.of(input, weights)).get(0).toHost().getDouble(0));
    }
    weights.close();
    assertThrows(RuntimeException.class, () -> e.run(List.of(input, weights)));
    e.close();
  }

  @Test
  void torchAndBack() {
    Tensor t = torch.ones(2, 3);
    EagerTensor ours = PyTorch.fromTorch(t);
    t.mul_(new Scalar(5.0));
    assertEquals(5, ours.toNDArray().getDouble(4));
    Tensor back = PyTorch.toTorch(ours);
    assertEquals(t.data_ptr().address(), back.data_ptr().address());
    for (DType d : List.of(UINT16, UINT32, UINT64)) {
      NDArray a = NDArray.scalar(d, 7L).reshape(1);
      EagerTensor e = new EagerTensor(BACKEND, BACKEND.fromHost(a, "cpu:0"));
      Tensor native_ = PyTorch.toTorch(e);
      assertEquals(TorchTypes.natural(d), native_.scalar_type().intern());
      assertEquals(a, PyTorch.fromTorch(native_).toNDArray());
    }
    assertThrows(IllegalArgumentException.class, () -> PyTorch.fromTorch(new Tensor()));
    ours.close();
    assertThrows(IllegalStateException.class, () -> PyTorch.toTorch(ours));
  }

  @Test
  void donatedMemoryIsUsedAgain() {
    try (Executable e = increment()) {
      TorchTensor x = (TorchTensor) BACKEND.fromHost(NUMBERS, "cpu:0");
      long address;
      try (Tensor t = x.tensor()) {
        address = t.data_ptr().address();
      }
      TorchTensor y = (TorchTensor) e.run(List.of(x)).get(0);
      try (Tensor t = y.tensor()) {
        assertEquals(address, t.data_ptr().address());
      }
      assertTrue(x.isClosed());
      assertArrayEquals(new float[] {2, 3, 4, 5}, y.toHost().toFloatArray());
    }
  }

  @Test
  void viewsSurviveDonation() {
    try (Executable e = increment()) {
      BackendTensor x = BACKEND.fromHost(NUMBERS, "cpu:0");
      BackendTensor view = BACKEND
          .execute(new ReshapeTo(Shape.of(4)), List.of(x), List.of(TensorSpec.of(FLOAT32, 4)))
          .get(0);
      BackendTensor y = e.run(List.of(x)).get(0);
      assertArrayEquals(new float[] {2, 3, 4, 5}, y.toHost().toFloatArray());
      assertArrayEquals(new float[] {1, 2, 3, 4}, view.toHost().toFloatArray());
      // a view itself, given away
      BackendTensor z = BACKEND.fromHost(NUMBERS, "cpu:0");
      BackendTensor turned = BACKEND
          .execute(new Transpose(IntList.of(1, 0)), List.of(z), List.of(SQUARE))
          .get(0);
      assertArrayEquals(
          new float[] {2, 4, 3, 5}, e.run(List.of(turned)).get(0).toHost().toFloatArray());
      assertArrayEquals(new float[] {1, 2, 3, 4}, z.toHost().toFloatArray());
      // libtorch holds it too
      EagerTensor shared = new EagerTensor(BACKEND, BACKEND.fromHost(NUMBERS, "cpu:0"));
      Tensor theirs = PyTorch.toTorch(shared);
      e.run(List.of(shared.handle()));
      assertEquals(10, theirs.sum().item_double());
    }
  }

  @Test
  void memoryIsCountedAndFreed() {
    long before = LibTorch.MEMORY.host().used();
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(FLOAT32, Shape.of(1000, 1000)), "cpu:0");
    assertTrue(LibTorch.MEMORY.host().used() >= before + 4_000_000);
    x.close();
    x.close();
    assertTrue(LibTorch.MEMORY.host().used() < before + 4_000_000);
    assertThrows(IllegalStateException.class, x::toHost);
  }

  @Test
  void wrongInputIsAnException() {
    BackendTensor x = BACKEND.fromHost(NUMBERS, "cpu:0");
    try (Executable e = increment()) {
      assertThrows(BackendException.class, () -> e.run(List.of()));
      BackendTensor other = BACKEND.fromHost(NDArray.of(new int[] {1}, 1), "cpu:0");
      assertThrows(BackendException.class, () -> e.run(List.of(other)));
    }
    assertThrows(BackendException.class, () -> BACKEND.fromHost(NUMBERS, "gpu:99"));
    assertThrows(
        BackendException.class, () -> BACKEND.fromHost(NDArray.zeros(STRING, Shape.of(1)), ""));
    BackendException e = assertThrows(
        BackendException.class,
        () -> BACKEND.execute(
            new ReshapeTo(Shape.of(7)), List.of(x), List.of(TensorSpec.of(FLOAT32, 7))));
    assertTrue(
        e.getMessage().startsWith("ReshapeTo on [float32(2, 2)] failed in libtorch: "),
        e.getMessage());
    assertTrue(!e.getMessage().contains("\n"));
  }
}
