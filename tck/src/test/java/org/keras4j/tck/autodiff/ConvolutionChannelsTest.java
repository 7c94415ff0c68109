package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.types.ConvOptions;

/**
 * Convolutions and their gradients with any number of channels and filters are those of eight of them at a time: kernels
 * that work in blocks have to get what is left over right.
 */
class ConvolutionChannelsTest {
  private static final int FEW = 8;

  private record Results(float[] image, float[] kernel, float[] output) {}

  private static NDArray random(long seed, long... shape) {
    NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(shape));
    Random r = new Random(seed);
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, r.nextGaussian());
    }
    return out;
  }

  /** The output, and the gradients of its product with a fixed one. */
  private static Results results(Tensor x, Tensor k, Tensor weights, int stride) {
    Grad.Result g = Grad.valueAndGrad(
        in -> {
          Tensor y = Ops.conv(
              in.get(0), in.get(1), ConvOptions.defaults().padding("same").strides(stride));
          return List.of(Ops.sum(Ops.multiply(y, weights)), y);
        },
        List.of(x, k),
        List.of());
    return new Results(
        numbers(g.grads().get(0)),
        numbers(g.grads().get(1)),
        numbers(g.outputs().get(1)));
  }

  private static float[] numbers(Tensor t) {
    return t.toNDArray().toFloatArray();
  }

  // puts columns of a part of the last or the last but one axis where they belong
  private static void put(float[] part, int width, float[] all, int of, int at, int inner) {
    int rows = part.length / (width * inner);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(part, r * width * inner, all, (r * of + at) * inner, width * inner);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 17, 31, 33, 36, 40, 47, 48, 50, 65, 72, 80, 81, 97, 112, 136})
  void ofAnImage(int channels) {
    for (int window : new int[] {1, 3}) {
      for (int stride : new int[] {1, 2}) {
        Tensor x = Ops.convertToTensor(random(1, 2, 4, 6, channels));
        Tensor k = Ops.convertToTensor(random(2, window, window, channels, FEW));
        Tensor w = Ops.convertToTensor(random(3, 2, 4 / stride, 6 / stride, FEW));
        Results all = results(x, k, w, stride);
        float[] image = new float[all.image().length];
        float[] kernel = new float[all.kernel().length];
        float[] output = new float[all.output().length];
        for (int at = 0; at < channels; at += FEW) {
          int n = Math.min(FEW, channels - at);
          Results part = results(slice(x, 3, at, n), slice(k, 2, at, n), w, stride);
          put(part.image(), n, image, channels, at, 1);
          put(part.kernel(), n, kernel, channels, at, FEW);
          for (int i = 0; i < output.length; i++) {
            output[i] += part.output()[i];
          }
        }
        String what = channels + " channels, window " + window + ", stride " + stride;
        assertArrayEquals(image, all.image(), 1e-3f, what);
        assertArrayEquals(kernel, all.kernel(), 1e-3f, what);
        assertArrayEquals(output, all.output(), 1e-3f, what);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 17, 31, 33, 36, 40, 47, 48, 50, 65, 72, 80, 81, 97, 112, 136})
  void ofFilters(int filters) {
    for (int window : new int[] {1, 3}) {
      for (int stride : new int[] {1, 2}) {
        Tensor x = Ops.convertToTensor(random(1, 2, 4, 6, FEW));
        Tensor k = Ops.convertToTensor(random(2, window, window, FEW, filters));
        Tensor w = Ops.convertToTensor(random(3, 2, 4 / stride, 6 / stride, filters));
        Results all = results(x, k, w, stride);
        float[] image = new float[all.image().length];
        float[] kernel = new float[all.kernel().length];
        float[] output = new float[all.output().length];
        for (int at = 0; at < filters; at += FEW) {
          int n = Math.min(FEW, filters - at);
          Results part = results(x, slice(k, 3, at, n), slice(w, 3, at, n), stride);
          put(part.kernel(), n, kernel, filters, at, 1);
          put(part.output(), n, output, filters, at, 1);
          for (int i = 0; i < image.length; i++) {
            image[i] += part.image()[i];
          }
        }
        String what = filters + " filters, window " + window + ", stride " + stride;
        assertArrayEquals(image, all.image(), 1e-3f, what);
        assertArrayEquals(kernel, all.kernel(), 1e-3f, what);
        assertArrayEquals(output, all.output(), 1e-3f, what);
      }
    }
  }

  /** In bfloat16 convolutions and gradients are those of float32, of few channels and filters too. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void ofFewBits(int channels) {
    for (int filters : new int[] {1, 2, 4, 20}) {
      Tensor x = few(random(1, 2, 6, 6, channels));
      Tensor k = few(random(2, 3, 3, channels, filters));
      Tensor w = few(random(3, 2, 6, 6, filters));
      Results got = results(x, k, w, 1);
      Results expected = results(wide(x), wide(k), wide(w), 1);
      String what = channels + " channels, " + filters + " filters";
      assertClose(expected.image(), got.image(), what);
      assertClose(expected.kernel(), got.kernel(), what);
      assertClose(expected.output(), got.output(), what);
    }
  }

  // within two of the steps that numbers as large as the largest have
  private static void assertClose(float[] expected, float[] got, String what) {
    float largest = 0;
    for (float v : expected) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertArrayEquals(expected, got, largest / 64, what);
  }

  private static Tensor few(NDArray a) {
    return Ops.cast(Ops.convertToTensor(a), DType.BFLOAT16);
  }

  private static Tensor wide(Tensor t) {
    return Ops.cast(t, DType.FLOAT32);
  }

  private static Tensor slice(Tensor t, int axis, int at, int n) {
    return Ops.take(t, Ops.arange(at, at + n), axis);
  }
}
