package org.keras4j.ops.internal.composite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Recurrent networks over whole sequences, all of one float dtype: {@code x (batch, time, n)}, initial
 * states {@code h0}, {@code c0} {@code (batch, units)}, {@code y (batch, time, units)}, last states
 * {@code h}, {@code c} {@code (batch, units)}. Attribute {@code bias} (boolean): whether there is one.
 *
 * <p>{@code nn.lstm}: {@code kernel (n, 4 units)}, {@code recurrent (units, 4 units)} and
 * {@code bias (4 units)} hold input gate, forget gate, candidate and output gate in this order. With
 * {@code z = x kernel + h recurrent + bias}: {@code c' = s(z_f) c + s(z_i) tanh(z_c)},
 * {@code h' = s(z_o) tanh(c')}, s being the sigmoid.
 *
 * <p>{@code nn.gru}: {@code kernel (n, 3 units)}, {@code recurrent (units, 3 units)} and
 * {@code bias (2, 3 units)} (of the kernel, of the recurrent kernel) hold update gate z, reset gate r and
 * candidate. With {@code a = x kernel + bias[0]} and {@code b = h recurrent + bias[1]}:
 * {@code z = s(a_z + b_z)}, {@code r = s(a_r + b_r)}, {@code g = tanh(a_g + r b_g)},
 * {@code h' = z h + (1 - z) g}. This is Keras's {@code reset_after=True}.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>nn.lstm</td><td>x h0 c0 kernel recurrent [bias]</td><td>y h c</td></tr>
 * <tr><td>..._forward</td><td>x h0 c0 kernel recurrent [bias]</td>
 *     <td>y h c, gates (time, batch, 4 units) after their functions, cells (time, batch, units)</td></tr>
 * <tr><td>..._backward</td><td>x h0 c0 kernel recurrent [bias] y h c gates cells dy dh dc</td>
 *     <td>dx dh0 dc0 dkernel drecurrent [dbias]</td></tr>
 * <tr><td>nn.gru</td><td>x h0 kernel recurrent [bias]</td><td>y h</td></tr>
 * <tr><td>..._forward</td><td>x h0 kernel recurrent [bias]</td>
 *     <td>y h, gates (time, batch, 4 units): z, r, g and b_g</td></tr>
 * <tr><td>..._backward</td><td>x h0 kernel recurrent [bias] y h gates dy dh</td>
 *     <td>dx dh0 dkernel drecurrent [dbias]</td></tr>
 * </table>
 */
public final class RecurrentComposites {
  /** {@code nn.lstm}. */
  public static final CompositeOp LSTM = CompositeOp.differentiable(
      Composites.LSTM.name(),
      (a, in) -> lstmForward(a, in, false),
      (a, in) -> lstmForward(a, in, true),
      RecurrentComposites::lstmBackward);

  /** {@code nn.gru}. */
  public static final CompositeOp GRU = CompositeOp.differentiable(
      Composites.GRU.name(),
      (a, in) -> gruForward(a, in, false),
      (a, in) -> gruForward(a, in, true),
      RecurrentComposites::gruBackward);

  private RecurrentComposites() {}

  private static Tensor dot(Tensor a, Tensor b, int i, int j) {
    return Prims.dot(a, b, new int[0], new int[0], new int[] {i}, new int[] {j}, null);
  }

  private static Tensor sigmoid(Tensor x) {
    return Prims.unary(UnaryKind.LOGISTIC, x);
  }

  private static Tensor tanh(Tensor x) {
    return Prims.unary(UnaryKind.TANH, x);
  }

  private static Tensor part(Tensor x, int i, int units) {
    return Prims.slice(x, -1, (long) i * units, (i + 1L) * units);
  }

  // y with the initial state before it and without the last: the state that each step started from
  private static Tensor previous(Tensor first, Tensor sequence) {
    long n = sequence.shape().dim(0);
    Tensor head = Prims.expandDims(first, 0);
    if (n == 1) {
      return head;
    }
    long[] low = new long[sequence.rank()];
    long[] high = new long[sequence.rank()];
    high[0] = -1;
    return Prims.concat(List.of(head, Prims.pad(sequence, 0, low, high)), 0);
  }

  private static List<Tensor> lstmForward(Attributes a, List<Tensor> in, boolean residuals) {
    Tensor kernel = in.get(3);
    int units = in.get(4).shape().intDim(0);
    Tensor x = dot(in.get(0), kernel, 2, 0);
    Tensor projected = Prims.swap(a.get(Composites.BIAS) ? Prims.add(x, in.get(5)) : x, 0, 1);
    List<Tensor> out = Scans.scan(
        List.of(in.get(1), in.get(2)), List.of(projected), List.of(in.get(4)), false, s -> {
          Tensor z = Prims.add(s.get(2), dot(s.get(0), s.get(3), 1, 0));
          Tensor i = sigmoid(part(z, 0, units));
          Tensor f = sigmoid(part(z, 1, units));
          Tensor g = tanh(part(z, 2, units));
          Tensor o = sigmoid(part(z, 3, units));
          Tensor c = Prims.add(Prims.mul(f, s.get(1)), Prims.mul(i, g));
          Tensor h = Prims.mul(o, tanh(c));
          List<Tensor> r = new ArrayList<>(List.of(h, c, h));
          if (residuals) {
            r.add(Prims.concat(List.of(i, f, g, o), -1));
            r.add(c);
          }
          return r;
        });
    List<Tensor> all =
        new ArrayList<>(List.of(Prims.swap(out.get(2), 0, 1), out.get(0), out.get(1)));
    all.addAll(out.subList(3, out.size()));
    return all;
  }

  private static List<Tensor> lstmBackward(Attributes a, List<Tensor> in) {
    boolean bias = a.get(Composites.BIAS);
    int at = bias ? 6 : 5;
    Tensor recurrent = in.get(4);
    int units = recurrent.shape().intDim(0);
    Tensor y = Prims.swap(in.get(at), 0, 1);
    Tensor gates = in.get(at + 3);
    Tensor cells = in.get(at + 4);
    Tensor dy = Prims.swap(in.get(at + 5), 0, 1);
    List<Tensor> back = Scans.scan(
        List.of(in.get(at + 6), in.get(at + 7)),
        List.of(dy, gates, cells, previous(in.get(2), cells)),
        List.of(recurrent),
        true,
        s -> {
          Tensor dh = Prims.add(s.get(0), s.get(2));
          Tensor i = part(s.get(3), 0, units);
          Tensor f = part(s.get(3), 1, units);
          Tensor g = part(s.get(3), 2, units);
          Tensor o = part(s.get(3), 3, units);
          Tensor t = tanh(s.get(4));
          Tensor dc = Prims.add(s.get(1), Prims.mul(Prims.mul(dh, o), flat(t)));
          Tensor dz = Prims.concat(
              List.of(
                  Prims.mul(Prims.mul(dc, g), steep(i)),
                  Prims.mul(Prims.mul(dc, s.get(5)), steep(f)),
                  Prims.mul(Prims.mul(dc, i), flat(g)),
                  Prims.mul(Prims.mul(dh, t), steep(o))),
              -1);
          return List.of(dot(dz, s.get(6), 1, 1), Prims.mul(dc, f), dz);
        });
    Tensor dz = back.get(2);
    List<Tensor> out = new ArrayList<>();
    out.add(Prims.swap(dot(dz, in.get(3), 2, 1), 0, 1));
    out.add(back.get(0));
    out.add(back.get(1));
    out.add(weights(Prims.swap(in.get(0), 0, 1), dz));
    out.add(weights(previous(in.get(1), y), dz));
    if (bias) {
      out.add(Prims.sum(dz, 0, 1));
    }
    return out;
  }

  // the derivatives of tanh and of the sigmoid, from their values
  private static Tensor flat(Tensor t) {
    return Prims.sub(1, Prims.square(t));
  }

  private static Tensor steep(Tensor s) {
    return Prims.mul(s, Prims.sub(1, s));
  }

  // summed over time and batch
  private static Tensor weights(Tensor x, Tensor dz) {
    return Prims.dot(x, dz, new int[0], new int[0], new int[] {0, 1}, new int[] {0, 1}, null);
  }

  private static Tensor biasRow(Tensor bias, int i) {
    return Prims.reshape(Prims.slice(bias, 0, i, i + 1), bias.shape().last());
  }

  private static List<Tensor> gruForward(Attributes a, List<Tensor> in, boolean residuals) {
    Tensor recurrent = in.get(3);
    int units = recurrent.shape().intDim(0);
    boolean bias = a.get(Composites.BIAS);
    Tensor x = dot(in.get(0), in.get(2), 2, 0);
    Tensor projected = Prims.swap(bias ? Prims.add(x, biasRow(in.get(4), 0)) : x, 0, 1);
    List<Tensor> constants = bias ? List.of(recurrent, biasRow(in.get(4), 1)) : List.of(recurrent);
    List<Tensor> out = Scans.scan(List.of(in.get(1)), List.of(projected), constants, false, s -> {
      Tensor h = s.get(0);
      Tensor b = dot(h, s.get(2), 1, 0);
      b = bias ? Prims.add(b, s.get(3)) : b;
      Tensor z = sigmoid(Prims.add(part(s.get(1), 0, units), part(b, 0, units)));
      Tensor r = sigmoid(Prims.add(part(s.get(1), 1, units), part(b, 1, units)));
      Tensor last = part(b, 2, units);
      Tensor g = tanh(Prims.add(part(s.get(1), 2, units), Prims.mul(r, last)));
      Tensor next = Prims.add(Prims.mul(z, h), Prims.mul(Prims.sub(1, z), g));
      return residuals
          ? List.of(next, next, Prims.concat(List.of(z, r, g, last), -1))
          : List.of(next, next);
    });
    List<Tensor> all = new ArrayList<>(List.of(Prims.swap(out.get(1), 0, 1), out.get(0)));
    all.addAll(out.subList(2, out.size()));
    return all;
  }

  private static List<Tensor> gruBackward(Attributes a, List<Tensor> in) {
    boolean bias = a.get(Composites.BIAS);
    int at = bias ? 5 : 4;
    Tensor recurrent = in.get(3);
    int units = recurrent.shape().intDim(0);
    Tensor before = previous(in.get(1), Prims.swap(in.get(at), 0, 1));
    Tensor dy = Prims.swap(in.get(at + 3), 0, 1);
    List<Tensor> back = Scans.scan(
        List.of(in.get(at + 4)),
        List.of(dy, in.get(at + 2), before),
        List.of(recurrent),
        true,
        s -> {
          Tensor dh = Prims.add(s.get(0), s.get(1));
          Tensor z = part(s.get(2), 0, units);
          Tensor r = part(s.get(2), 1, units);
          Tensor g = part(s.get(2), 2, units);
          Tensor last = part(s.get(2), 3, units);
          Tensor dg = Prims.mul(Prims.mul(dh, Prims.sub(1, z)), flat(g));
          Tensor dz = Prims.mul(Prims.mul(dh, Prims.sub(s.get(3), g)), steep(z));
          Tensor dr = Prims.mul(Prims.mul(dg, last), steep(r));
          Tensor db = Prims.concat(List.of(dz, dr, Prims.mul(dg, r)), -1);
          Tensor into = Prims.add(Prims.mul(dh, z), dot(db, s.get(4), 1, 1));
          return List.of(into, Prims.concat(List.of(dz, dr, dg), -1), db);
        });
    Tensor da = back.get(1);
    Tensor db = back.get(2);
    List<Tensor> out = new ArrayList<>();
    out.add(Prims.swap(dot(da, in.get(2), 2, 1), 0, 1));
    out.add(back.get(0));
    out.add(weights(Prims.swap(in.get(0), 0, 1), da));
    out.add(weights(before, db));
    if (bias) {
      out.add(Prims.concat(
          List.of(
              Prims.expandDims(Prims.sum(da, 0, 1), 0), Prims.expandDims(Prims.sum(db, 0, 1), 0)),
          0));
    }
    return out;
  }

  /** {@link #LSTM}: y, h and c; the bias may be null. */
  public static List<Tensor> lstm(
      Tensor x, Tensor h0, Tensor c0, Tensor kernel, Tensor recurrent, @Nullable Tensor bias) {
    return LSTM.call(
        Attributes.of(Composites.BIAS, bias != null),
        List.of(NormalizationComposites.given(x, h0, c0, kernel, recurrent, bias)));
  }

  /** {@link #GRU}: y and h; the bias may be null. */
  public static List<Tensor> gru(
      Tensor x, Tensor h0, Tensor kernel, Tensor recurrent, @Nullable Tensor bias) {
    return GRU.call(
        Attributes.of(Composites.BIAS, bias != null),
        List.of(NormalizationComposites.given(x, h0, kernel, recurrent, bias)));
  }
}
