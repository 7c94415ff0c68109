package org.keras4j.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.TransferMemory;
import org.keras4j.tck.kit.KitTest;

/** What {@link Backend} and its tensors and executables promise. */
public final class Contract {
  private static final TensorSpec SQUARE = TensorSpec.of(DType.FLOAT32, 2, 2);
  private static final NDArray NUMBERS = NDArray.of(new float[] {1, 2, 3, 4}, 2, 2);

  private final Backend backend = Keras.backend();

  private Contract() {}

  /** The tests, for the backend in use. */
  public static List<KitTest> tests() {
    Contract c = new Contract();
    return List.of(
        new KitTest("isFoundByName", c::isFoundByName),
        new KitTest("namesItsDevices", c::namesItsDevices),
        new KitTest("holdsTheDtypesThatKerasNeeds", c::holdsTheDtypesThatKerasNeeds),
        new KitTest("arraysComeBackAsTheyWere", c::arraysComeBackAsTheyWere),
        new KitTest("copiesAreCopies", c::copiesAreCopies),
        new KitTest("transferMemory", c::transferMemory),
        new KitTest("closedTensorsAreRefused", c::closedTensorsAreRefused),
        new KitTest("unknownDevicesAreRefused", c::unknownDevicesAreRefused),
        new KitTest("tensorsOfOthersAreRefused", c::tensorsOfOthersAreRefused),
        new KitTest("inputsStayAsTheyAre", c::inputsStayAsTheyAre),
        new KitTest("donatedInputsAreClosed", c::donatedInputsAreClosed),
        new KitTest("viewsSurviveDonation", c::viewsSurviveDonation),
        new KitTest("outputsAreNewToTheCaller", c::outputsAreNewToTheCaller),
        new KitTest("executablesRefuseWhatDoesNotFit", c::executablesRefuseWhatDoesNotFit),
        new KitTest("closedExecutablesAreRefused", c::closedExecutablesAreRefused),
        new KitTest("graphsOfUnknownSizesTakeAll", c::graphsOfUnknownSizesTakeAll),
        new KitTest("hostCalls", c::hostCalls),
        new KitTest("unknownCompositesAreNotClaimed", c::unknownCompositesAreNotClaimed));
  }

  private BackendTensor upload(NDArray a) {
    return backend.fromHost(a, backend.devices().get(0));
  }

  private List<BackendTensor> execute(Primitive p, BackendTensor... in) {
    List<TensorSpec> specs = new ArrayList<>();
    for (BackendTensor t : in) {
      specs.add(t.spec());
    }
    return backend.execute(p, List.of(in), p.infer(specs));
  }

  private void isFoundByName() {
    assertSame(backend, Keras.backend(backend.name()));
    BackendProvider provider = Keras.providers().stream()
        .filter(p -> p.name().equals(backend.name()))
        .findFirst()
        .orElseThrow();
    for (String alias : provider.aliases()) {
      assertSame(backend, Keras.backend(alias), alias);
    }
    assertFalse(backend.version().isBlank(), "a version for people");
  }

  private void namesItsDevices() {
    assertFalse(backend.devices().isEmpty());
    for (String d : backend.devices()) {
      assertTrue(d.matches("[a-z]+:\\d+"), () -> "a device named as Keras does, got " + d);
      BackendTensor t = backend.fromHost(NUMBERS, d);
      assertEquals(d, t.device());
      assertEquals(d, execute(new Unary(UnaryKind.NEG), t).get(0).device());
    }
    assertEquals(backend.devices().get(0), backend.fromHost(NUMBERS, "").device());
    backend.synchronize();
    backend.trim();
  }

  private void holdsTheDtypesThatKerasNeeds() {
    for (DType t :
        List.of(DType.BOOL, DType.UINT8, DType.UINT32, DType.INT32, DType.INT64, DType.FLOAT32)) {
      assertTrue(backend.supports(t), t.toString());
    }
    assertFalse(backend.supports(DType.STRING), "strings live on the host");
    for (DType t : DType.values()) {
      if (!backend.supports(t)) {
        Refusals.refused(
            "an array of " + t, t.kerasName(), () -> upload(NDArray.zeros(t, Shape.of(2))));
      }
    }
  }

  private void arraysComeBackAsTheyWere() {
    double[] odd = {0, -0.0, 1.5, -2, Double.NaN, Double.POSITIVE_INFINITY, 100, 7};
    List<BackendTensor> all = new ArrayList<>();
    List<NDArray> arrays = new ArrayList<>();
    for (DType t : DType.values()) {
      if (!backend.supports(t)) {
        continue;
      }
      NDArray a = NDArray.zeros(t, Shape.of(2, 4));
      for (int i = 0; i < odd.length; i++) {
        if (t.isFloat()) {
          a.setDouble(i, odd[i]);
        } else if (t.isComplex()) {
          a.setComplex(i, odd[i], odd[odd.length - 1 - i]);
        } else {
          a.setLong(i, 37L * i - 5);
        }
      }
      for (NDArray x : List.of(
          a, NDArray.zeros(t, Shape.of(0, 3)), NDArray.zeros(t, Shape.SCALAR), a.reshape(8))) {
        BackendTensor held = upload(x);
        assertEquals(x.spec(), held.spec());
        assertEquals(x, held.toHost());
        all.add(held);
        arrays.add(x);
      }
    }
    assertEquals(arrays, backend.toHost(all));
    all.forEach(BackendTensor::close);
  }

  private void copiesAreCopies() {
    for (int n : new int[] {4, 100_000}) {
      NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(n));
      BackendTensor t = upload(a);
      a.setDouble(1, 9);
      assertEquals(0, t.toHost().getDouble(1), "the caller's array was changed afterwards");
      t.toHost().setDouble(1, 9);
      assertEquals(0, t.toHost().getDouble(1), "a copy on the host was changed");
      BackendTensor same = execute(new ReshapeTo(Shape.of(n)), t).get(0);
      t.close();
      assertEquals(0, same.toHost().getDouble(1), "what it came from was closed");
    }
  }

  private void transferMemory() {
    try (TransferMemory m = backend.transferMemory(4096)) {
      if (m == null) {
        return; // a backend need not have it
      }
      m.bytes().order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 3).putFloat(4, 4);
      NDArray a = NDArray.ofBytes(m.bytes().slice(0, 8), DType.FLOAT32, Shape.of(2));
      BackendTensor t = upload(a);
      m.await();
      m.bytes().order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 5);
      assertEquals(NDArray.of(new float[] {3, 4}), t.toHost());
    }
  }

  private void closedTensorsAreRefused() {
    BackendTensor t = upload(NUMBERS);
    assertFalse(t.isClosed());
    t.close();
    t.close();
    assertTrue(t.isClosed());
    Refusals.closed("toHost of a closed tensor", t::toHost);
    Refusals.closed(
        "a primitive of a closed tensor",
        () -> backend.execute(new Unary(UnaryKind.NEG), List.of(t), List.of(SQUARE)));
    try (Executable e = backend.compile(doubled(), CompileOptions.DEFAULT)) {
      Refusals.closed("a graph of a closed tensor", () -> e.run(List.of(t)));
    }
  }

  private void unknownDevicesAreRefused() {
    Refusals.refused("fromHost", "gpu:99", () -> backend.fromHost(NUMBERS, "gpu:99"));
    Refusals.refused(
        "compile",
        "gpu:99",
        () -> backend.compile(doubled(), new CompileOptions(Map.of(), false, "gpu:99")));
  }

  /** A tensor of no backend that there is. */
  private static final class Foreign implements BackendTensor {
    @Override
    public TensorSpec spec() {
      return SQUARE;
    }

    @Override
    public String device() {
      return "cpu:0";
    }

    @Override
    public NDArray toHost() {
      return NUMBERS;
    }

    @Override
    public boolean isClosed() {
      return false;
    }

    @Override
    public void close() {}
  }

  private void tensorsOfOthersAreRefused() {
    Foreign other = new Foreign();
    Refusals.refused("a primitive", "backend", () -> execute(new Unary(UnaryKind.NEG), other));
    try (Executable e = backend.compile(doubled(), CompileOptions.DEFAULT)) {
      Refusals.refused("a graph", "backend", () -> e.run(List.of(other)));
    }
  }

  /** {@code x + x}. */
  private static Graph doubled() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(SQUARE);
    return b.build(List.of(b.add1(new Binary(BinaryKind.ADD), x, x)));
  }

  /** {@code state + 1}, in the memory of the state if that is given away. */
  private static Graph increment() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(SQUARE);
    Value one = b.add1(new ArrayConstant(NDArray.scalar(DType.FLOAT32, 1.0)));
    return b.build(List.of(b.add1(new Binary(BinaryKind.ADD), x, one)));
  }

  private static NDArray numbers(float... v) {
    return NDArray.of(v, 2, 2);
  }

  private void inputsStayAsTheyAre() {
    BackendTensor x = upload(NUMBERS);
    try (Executable e = backend.compile(increment(), CompileOptions.DEFAULT)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(numbers(2, 3, 4, 5), e.run(List.of(x)).get(0).toHost());
      }
    }
    assertFalse(x.isClosed());
    assertEquals(NUMBERS, x.toHost());
  }

  private void donatedInputsAreClosed() {
    try (Executable e = backend.compile(increment(), new CompileOptions(Map.of(0, 0), false, ""))) {
      BackendTensor state = upload(NUMBERS);
      for (int i = 0; i < 4; i++) {
        BackendTensor before = state;
        state = e.run(List.of(before)).get(0);
        assertTrue(before.isClosed());
        Refusals.closed("a donated tensor", before::toHost);
        Refusals.closed("a donated tensor again", () -> e.run(List.of(before)));
        before.close();
      }
      assertEquals(numbers(5, 6, 7, 8), state.toHost());
    }
    GraphBuilder b = new GraphBuilder();
    Value s = b.input(SQUARE);
    Value x = b.input(SQUARE);
    Graph sum = b.build(List.of(b.add1(new Binary(BinaryKind.ADD), s, x)));
    try (Executable e = backend.compile(sum, new CompileOptions(Map.of(0, 0), false, ""))) {
      BackendTensor twice = upload(NUMBERS);
      assertEquals(
          numbers(2, 4, 6, 8),
          e.run(List.of(twice, twice)).get(0).toHost(),
          "one tensor, given away and read");
    }
  }

  private void viewsSurviveDonation() {
    try (Executable e = backend.compile(increment(), new CompileOptions(Map.of(0, 0), false, ""))) {
      BackendTensor x = upload(NUMBERS);
      BackendTensor view = execute(new ReshapeTo(Shape.of(4)), x).get(0);
      assertEquals(numbers(2, 3, 4, 5), e.run(List.of(x)).get(0).toHost());
      assertEquals(NUMBERS.reshape(4), view.toHost());
      BackendTensor z = upload(NUMBERS);
      BackendTensor turned = execute(new Transpose(IntList.of(1, 0)), z).get(0);
      assertEquals(numbers(2, 4, 3, 5), e.run(List.of(turned)).get(0).toHost());
      assertEquals(NUMBERS, z.toHost());
    }
  }

  private void outputsAreNewToTheCaller() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(SQUARE);
    b.input(SQUARE); // not used
    Value y = b.add1(new Unary(UnaryKind.NEG), x);
    Value c = b.add1(new ArrayConstant(NUMBERS));
    Graph g = b.build(List.of(x, y, x, y, c));
    NDArray minus = numbers(-1, -2, -3, -4);
    List<NDArray> want = List.of(NUMBERS, minus, NUMBERS, minus, NUMBERS);
    try (Executable e = backend.compile(g, CompileOptions.DEFAULT)) {
      for (int run = 0; run < 2; run++) {
        BackendTensor in = upload(NUMBERS);
        List<BackendTensor> out = e.run(List.of(in, in));
        in.close();
        for (int i = 0; i < out.size(); i++) {
          assertEquals(want.get(i), out.get(i).toHost(), "output " + i);
          out.get(i).close();
        }
      }
    }
    Graph empty = new GraphBuilder().build(List.of());
    try (Executable e = backend.compile(empty, CompileOptions.DEFAULT)) {
      assertEquals(List.of(), e.run(List.of()));
    }
  }

  private void executablesRefuseWhatDoesNotFit() {
    try (Executable e = backend.compile(doubled(), CompileOptions.DEFAULT)) {
      Refusals.refused("no input", "", () -> e.run(List.of()));
      BackendTensor wrong = upload(NDArray.of(new int[] {1}));
      Refusals.refused("an input of another spec", "32", () -> e.run(List.of(wrong)));
    }
  }

  private void closedExecutablesAreRefused() {
    Executable e = backend.compile(doubled(), CompileOptions.DEFAULT);
    BackendTensor x = upload(NUMBERS);
    BackendTensor y = e.run(List.of(x)).get(0);
    e.close();
    e.close();
    assertEquals(numbers(2, 4, 6, 8), y.toHost(), "a result outlives what made it");
    Refusals.closed("a closed executable", () -> e.run(List.of(x)));
  }

  private void graphsOfUnknownSizesTakeAll() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(TensorSpec.of(DType.FLOAT32, Shape.UNKNOWN, 2));
    Graph g = b.build(List.of(b.add1(new Binary(BinaryKind.ADD), x, x)));
    try (Executable e = backend.compile(g, new CompileOptions(Map.of(), true, ""))) {
      for (int n : new int[] {3, 1, 3, 0}) {
        NDArray in = NDArray.zeros(DType.FLOAT32, Shape.of(n, 2));
        NDArray want = NDArray.zeros(DType.FLOAT32, Shape.of(n, 2));
        for (int i = 0; i < in.size(); i++) {
          in.setDouble(i, i);
          want.setDouble(i, 2 * i);
        }
        assertEquals(want, e.run(List.of(upload(in))).get(0).toHost());
      }
      BackendTensor wrong = upload(NDArray.zeros(DType.FLOAT32, Shape.of(2, 3)));
      Refusals.refused("an input that does not fit", "", () -> e.run(List.of(wrong)));
    }
  }

  private void hostCalls() {
    HostCall turned = new HostCall("turn", List.of(SQUARE), in -> {
      NDArray x = in.get(0);
      return List.of(numbers(x.getFloat(3), x.getFloat(2), x.getFloat(1), x.getFloat(0)));
    });
    HostCall broken = new HostCall("broken", List.of(SQUARE), in -> {
      throw new java.util.NoSuchElementException("nothing here");
    });
    HostCall liar = new HostCall("liar", List.of(SQUARE), in -> List.of(NDArray.of(new int[] {1})));
    assertEquals(numbers(4, 3, 2, 1), hostCall(turned, false));
    assertThrows(java.util.NoSuchElementException.class, () -> hostCall(broken, false));
    Refusals.refused("a wrong result", "liar", () -> hostCall(liar, false));
    if (backend.compilesHostCalls()) {
      assertEquals(numbers(4, 3, 2, 1), hostCall(turned, true));
      assertThrows(java.util.NoSuchElementException.class, () -> hostCall(broken, true));
      Refusals.refused("a wrong result", "liar", () -> hostCall(liar, true));
    }
  }

  private NDArray hostCall(HostCall p, boolean compiled) {
    BackendTensor x = upload(NUMBERS);
    if (!compiled) {
      return execute(p, x).get(0).toHost();
    }
    GraphBuilder b = new GraphBuilder();
    Graph g = b.build(List.of(b.add1(p, b.input(SQUARE))));
    try (Executable e = backend.compile(g, CompileOptions.DEFAULT)) {
      return e.run(List.of(x)).get(0).toHost();
    }
  }

  private void unknownCompositesAreNotClaimed() {
    Composite c = new Composite("kit.unknown", Attributes.NONE, in -> doubled());
    assertFalse(backend.claims(c, List.of(SQUARE)));
  }
}
