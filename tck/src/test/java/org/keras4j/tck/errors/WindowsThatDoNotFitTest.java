package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.layers.Layer;
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.convolution.Conv1DTranspose;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.Conv2DTranspose;
import org.keras4j.layers.convolution.Conv3D;
import org.keras4j.layers.convolution.Conv3DTranspose;
import org.keras4j.layers.convolution.DepthwiseConv1D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.convolution.SeparableConv1D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.AdaptiveAveragePooling2D;
import org.keras4j.layers.pooling.AdaptiveMaxPooling2D;
import org.keras4j.layers.pooling.AveragePooling1D;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.AveragePooling3D;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.GlobalMaxPooling2D;
import org.keras4j.layers.pooling.MaxPooling1D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.pooling.MaxPooling3D;
import org.keras4j.layers.preprocessing.STFTSpectrogram;
import org.keras4j.layers.reshaping.Cropping1D;
import org.keras4j.layers.reshaping.Cropping2D;
import org.keras4j.layers.reshaping.Cropping3D;
import org.keras4j.layers.reshaping.UpSampling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.layers.rnn.ConvLSTM1D;
import org.keras4j.layers.rnn.ConvLSTM2D;
import org.keras4j.layers.rnn.ConvLSTM3D;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Functional;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.image.ImagePatchOps;

/**
 * Windows larger than what they look at: refused where a graph is made, as in Keras, and at any later time. Empty
 * axes, of which padding leaves something or nothing, have the shapes of Keras.
 */
class WindowsThatDoNotFitTest {
  private static final String FIRST = "channels_first";

  private record Window(Supplier<Layer> layer, long... input) {}

  private static List<Window> tooLarge() {
    List<Window> out = new ArrayList<>();
    for (String f : List.of(FIRST, "channels_last")) {
      boolean first = f.equals(FIRST);
      long[] one = first ? new long[] {3, 2} : new long[] {2, 3};
      long[] two = first ? new long[] {3, 9, 2} : new long[] {9, 2, 3};
      long[] three = first ? new long[] {3, 9, 2, 9} : new long[] {9, 2, 9, 3};
      out.add(new Window(() -> new Conv1D(4, 3).dataFormat(f), one));
      out.add(new Window(() -> new Conv1D(4, 2).dilationRate(2).dataFormat(f), one));
      out.add(new Window(() -> new Conv2D(4, 3).strides(2).dataFormat(f), two));
      out.add(new Window(() -> new Conv3D(4, 3).dataFormat(f), three));
      out.add(new Window(() -> new DepthwiseConv1D(3).dataFormat(f), one));
      out.add(new Window(() -> new DepthwiseConv2D(2).dilationRate(2).dataFormat(f), two));
      out.add(new Window(() -> new SeparableConv1D(4, 3).dataFormat(f), one));
      out.add(new Window(() -> new SeparableConv2D(4, 3).dataFormat(f), two));
      out.add(new Window(() -> new MaxPooling1D(3).dataFormat(f), one));
      out.add(new Window(() -> new MaxPooling2D(3).strides(1).dataFormat(f), two));
      out.add(new Window(() -> new MaxPooling3D(3).dataFormat(f), three));
      out.add(new Window(() -> new AveragePooling1D(3).dataFormat(f), one));
      out.add(new Window(() -> new AveragePooling2D(3).dataFormat(f), two));
      out.add(new Window(() -> new AveragePooling3D(3).dataFormat(f), three));
      out.add(new Window(() -> new ConvLSTM1D(2, 3).dataFormat(f), with(4, one)));
      out.add(new Window(() -> new ConvLSTM2D(2, 3).dataFormat(f), with(4, two)));
      out.add(new Window(() -> new ConvLSTM3D(2, 3).dataFormat(f), with(4, three)));
    }
    out.add(new Window(() -> new Cropping1D(1), 2, 3));
    out.add(new Window(() -> new Cropping2D(0, 0, 1, 2), 9, 2, 3));
    out.add(new Window(() -> new Cropping3D(1), 9, 2, 9, 3));
    out.add(new Window(() -> new STFTSpectrogram().mode("magnitude").frameLength(16), 10, 1));
    return out;
  }

  private static long[] with(long time, long[] rest) {
    long[] out = new long[rest.length + 1];
    out[0] = time;
    System.arraycopy(rest, 0, out, 1, rest.length);
    return out;
  }

  private static void refused(Layer layer, Runnable call) {
    String said = assertThrows(
            RuntimeException.class, call::run, () -> layer.getClass().getSimpleName())
        .getMessage();
    assertTrue(
        said.contains(layer.getClass().getSimpleName() + " '" + layer.name() + "'")
            && said.contains("input shape ("),
        said);
  }

  @Test
  void symbolicAndConcrete() {
    for (Window w : tooLarge()) {
      for (long batch : new long[] {-1, 2}) {
        Layer layer = w.layer.get();
        Shape shape = Shape.of(with(batch, w.input));
        refused(
            layer, () -> layer.invoke(new KerasTensor(new TensorSpec(shape, DType.FLOAT32), "x")));
        Layer other = w.layer.get();
        refused(other, () -> other.computeOutputShape(shape));
      }
      Layer layer = w.layer.get();
      Tensor x = Ops.ones(Shape.of(with(2, w.input)));
      refused(layer, () -> layer.invoke(x));
    }
  }

  @Test
  void sizesThatComeOutWhenTheModelRuns() {
    for (Supplier<Layer> made : List.<Supplier<Layer>>of(
        () -> new Conv2D(4, 3), () -> new MaxPooling2D(3), () -> new DepthwiseConv2D(3))) {
      Layer layer = made.get();
      Input in = new Input(-1, -1, 3);
      Functional m = new Functional(in.output(), layer.invoke(in.output()));
      assertEquals(4, m.predict(Ops.ones(Shape.of(2, 3, 3, 3))).rank());
      refused(layer, () -> m.predict(Ops.ones(Shape.of(2, 2, 9, 3))));
    }
  }

  @Test
  void whatKerasTakes() {
    Shape small = Shape.of(2, 1, 1, 3);
    assertEquals(Shape.of(2, 1, 1, 4), shape(new Conv2D(4, 3).padding("same"), small));
    assertEquals(Shape.of(2, 1, 1, 3), shape(new MaxPooling2D(3).padding("same"), small));
    assertEquals(Shape.of(2, 1, 4), shape(new Conv1D(4, 3).padding("causal"), Shape.of(2, 1, 3)));
    assertEquals(Shape.of(2, 3, 3, 4), shape(new Conv2DTranspose(4, 3), small));
    assertEquals(Shape.of(2, 3, 4), shape(new Conv1DTranspose(4, 3), Shape.of(2, 1, 3)));
    assertEquals(Shape.of(0, 3, 3, 4), shape(new Conv2D(4, 3), Shape.of(0, 5, 5, 3)));
  }

  private static Shape shape(Layer layer, Shape input) {
    return layer.computeOutputShape(input);
  }

  /** Layers that take axes of size 0, an input shape without the batch, and what Keras makes of it. */
  private static Map<Supplier<Layer>, List<Shape>> empty() {
    Map<Supplier<Layer>, List<Shape>> out = new LinkedHashMap<>();
    Shape one = Shape.of(0, 3);
    Shape two = Shape.of(0, 5, 3);
    Shape three = Shape.of(0, 5, 5, 3);
    String same = "same";
    out.put(() -> new Conv1D(4, 3).padding(same), List.of(one, Shape.of(0, 4)));
    out.put(() -> new Conv2D(4, 3).padding(same), List.of(two, Shape.of(0, 5, 4)));
    out.put(
        () -> new Conv2D(4, 3).strides(2).padding(same),
        List.of(Shape.of(5, 0, 3), Shape.of(3, 0, 4)));
    out.put(() -> new Conv3D(4, 3).padding(same), List.of(three, Shape.of(0, 5, 5, 4)));
    out.put(() -> new DepthwiseConv1D(3).padding(same), List.of(one, one));
    out.put(() -> new DepthwiseConv2D(3).padding(same), List.of(two, two));
    out.put(() -> new SeparableConv1D(4, 3).padding(same), List.of(one, Shape.of(0, 4)));
    out.put(() -> new SeparableConv2D(4, 3).padding(same), List.of(two, Shape.of(0, 5, 4)));
    out.put(() -> new MaxPooling1D(3).padding(same), List.of(one, one));
    out.put(() -> new MaxPooling2D(3).padding(same), List.of(two, Shape.of(0, 2, 3)));
    out.put(() -> new MaxPooling3D(3).padding(same), List.of(three, Shape.of(0, 2, 2, 3)));
    out.put(() -> new AveragePooling1D(3).padding(same), List.of(one, one));
    out.put(() -> new AveragePooling2D(3).padding(same), List.of(two, Shape.of(0, 2, 3)));
    out.put(() -> new AveragePooling3D(3).padding(same), List.of(three, Shape.of(0, 2, 2, 3)));
    out.put(() -> new Conv1DTranspose(4, 3).padding(same), List.of(one, Shape.of(0, 4)));
    out.put(() -> new Conv2DTranspose(4, 3).padding(same), List.of(two, Shape.of(0, 5, 4)));
    out.put(
        () -> new Conv2DTranspose(4, 3).strides(2).padding(same), List.of(two, Shape.of(0, 10, 4)));
    out.put(() -> new Conv1DTranspose(4, 3), List.of(one, Shape.of(2, 4)));
    out.put(() -> new Conv2DTranspose(4, 3), List.of(two, Shape.of(2, 7, 4)));
    out.put(() -> new Conv3DTranspose(4, 3), List.of(three, Shape.of(2, 7, 7, 4)));
    out.put(() -> new ConvLSTM1D(4, 3).padding(same), List.of(Shape.of(2, 0, 3), Shape.of(0, 4)));
    out.put(
        () -> new ConvLSTM2D(4, 3).padding(same), List.of(Shape.of(2, 0, 5, 3), Shape.of(0, 5, 4)));
    out.put(() -> new ZeroPadding2D(1), List.of(two, Shape.of(2, 7, 3)));
    out.put(() -> new UpSampling2D(2), List.of(two, Shape.of(0, 10, 3)));
    out.put(() -> new GlobalAveragePooling2D(), List.of(two, Shape.of(3)));
    return out;
  }

  @Test
  void emptyAxes() {
    empty().forEach((made, shapes) -> {
      Layer layer = made.get();
      String name = layer.getClass().getSimpleName();
      Shape want = shapes.get(1);
      for (long batch : new long[] {-1, 2}) {
        Shape in = shapes.get(0).insert(0, batch);
        assertEquals(want.insert(0, batch), shape(made.get(), in), name);
        KerasTensor symbolic = new KerasTensor(new TensorSpec(in, DType.FLOAT32), "x");
        assertEquals(want.insert(0, batch), made.get().invoke(symbolic).shape(), name);
      }
      try (TensorScope scope = new TensorScope()) {
        Tensor x = Ops.ones(shapes.get(0).insert(0, 2));
        NDArray eager = layer.invoke(x).toNDArray();
        assertEquals(want.insert(0, 2), eager.shape(), name);
        Jit jit = Jit.of(v -> layer.invoke((Tensor) v));
        NDArray compiled = ((Tensor) jit.call(x)).toNDArray();
        assertEquals(eager.shape(), compiled.shape(), name);
        assertArrayEquals(
            eager.astype(DType.FLOAT64).toDoubleArray(),
            compiled.astype(DType.FLOAT64).toDoubleArray(),
            1e-6,
            name);
      }
    });
  }

  @Test
  void emptyAxesWithoutWindows() {
    Shape two = Shape.of(2, 0, 5, 3);
    for (Supplier<Layer> made : List.<Supplier<Layer>>of(
        () -> new AdaptiveAveragePooling2D(2),
        () -> new AdaptiveMaxPooling2D(2),
        () -> new GlobalMaxPooling2D(),
        () -> new ConvLSTM1D(4, 3).padding("same"),
        () -> new LSTM(3))) {
      Layer layer = made.get();
      Shape in = layer instanceof LSTM ? Shape.of(2, 0, 3) : two;
      for (Runnable call : List.<Runnable>of(
          () -> layer.invoke(Ops.ones(in)),
          () -> layer.invoke(new KerasTensor(new TensorSpec(in, DType.FLOAT32), "x")))) {
        String said = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(said.startsWith(layer.getClass().getSimpleName() + " '"), said);
        assertTrue(said.contains(in.toString()), said);
      }
    }
  }

  @Test
  void gradientsOfEmptyAxes() {
    try (TensorScope scope = new TensorScope()) {
      for (Supplier<Layer> made : List.<Supplier<Layer>>of(
          () -> new Conv2D(4, 3).padding("same"),
          () -> new DepthwiseConv2D(3).padding("same"),
          () -> new Conv2DTranspose(4, 3).padding("same"),
          () -> new AveragePooling2D(3).padding("same"))) {
        Layer layer = made.get();
        Tensor x = Ops.ones(Shape.of(2, 0, 5, 3));
        layer.buildFor(x.shape());
        UnaryOperator<Object> f = v ->
            Grad.valueAndGrad(t -> Ops.sum(layer.invoke(t)), (Tensor) v).grads().get(0);
        assertEquals(x.shape(), ((Tensor) f.apply(x)).toNDArray().shape());
        assertEquals(x.shape(), ((Tensor) Jit.of(f).call(x)).toNDArray().shape());
      }
    }
  }

  @Test
  void functions() {
    Tensor x = Ops.ones(Shape.of(2, 2, 2, 3));
    for (Runnable call : Arrays.<Runnable>asList(
        () -> Ops.conv(x, Ops.ones(Shape.of(3, 3, 3, 4))),
        () -> Ops.depthwiseConv(x, Ops.ones(Shape.of(3, 3, 3, 1))),
        () -> Ops.separableConv(x, Ops.ones(Shape.of(3, 3, 3, 1)), Ops.ones(Shape.of(1, 1, 3, 4))),
        () -> Ops.maxPool(x, 3),
        () -> Ops.averagePool(x, 3),
        () -> ImagePatchOps.extractPatches(x, 3),
        () -> ImagePatchOps.extractPatches3d(Ops.ones(Shape.of(2, 2, 2, 2, 3)), 3))) {
      String said = assertThrows(IllegalArgumentException.class, call::run).getMessage();
      assertTrue(said.startsWith("ops.") && said.contains("input shape (2, 2, 2"), said);
    }
  }
}
