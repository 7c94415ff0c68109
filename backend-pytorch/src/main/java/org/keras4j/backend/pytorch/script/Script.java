package org.keras4j.backend.pytorch.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;

/**
 * A TorchScript function being written, one statement a line. Constants become inputs after the
 * graph's own. In a parametric script sizes become inputs too, so that one compiled text serves all
 * shapes.
 */
public final class Script {
  // in a recorded function: the variable with the device of its inputs
  private static final String WHERE = "where";

  private final StringBuilder body = new StringBuilder();
  private final boolean parametric;
  private final String device;
  private final List<NDArray> constants = new ArrayList<>();
  private final Map<NDArray, String> constantNames = new HashMap<>();
  private final List<Long> parameters = new ArrayList<>();
  private final List<HostWork> hostWork = new ArrayList<>();
  private final List<String> inputs = new ArrayList<>();
  private final Set<String> inputNames = new HashSet<>();
  private final List<Filters> filters = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private final Memory memory;
  private final boolean cpu;
  private final boolean recorded;
  private final boolean differentiated;
  private String indent = "  ";
  private int names;
  private int lines;

  /** What the function has the host do; a {@link #marker} stands in the text for the id it will get. */
  public interface HostWork {}

  /** Random bits to be made by the host. */
  public record Bits() implements HostWork {}

  /** A host call of the graph. */
  public record Call(HostCall call, List<DType> inputs) implements HostWork {}

  /**
   * A form of a convolution's kernel to be kept.
   *
   * @param kernel the input that holds it
   * @param others the inputs that hold mean, variance, bias, gamma and beta of a normalization that is
   *     folded into it, -1 for what there is not; empty if there is none
   * @param epsilon what is added to the variance; null if there is no normalization
   */
  public record Filters(
      int kernel, List<Integer> others, @Nullable Double epsilon) {
    /** How many tensors it is: a kernel, and where a normalization was folded in a bias. */
    public int size() {
      return epsilon == null ? 1 : 2;
    }
  }

  /**
   * An empty function.
   *
   * @param parametric whether sizes become inputs
   * @param device where new tensors are made, {@code "cpu:0"}
   */
  public Script(boolean parametric, String device) {
    this(parametric, device, false, false);
  }

  private Script(boolean parametric, String device, boolean recorded, boolean differentiated) {
    this.parametric = parametric;
    this.device = device;
    this.recorded = recorded;
    this.differentiated = differentiated;
    this.cpu = !recorded && device.startsWith("cpu");
    this.memory = new Memory(!recorded);
  }

  /**
   * An empty function that libtorch's automatic differentiation can record, on whatever device its first input lies:
   * without kernels that know no gradient or one device alone, and without writing into memory that was read.
   */
  public static Script recorded() {
    return new Script(false, WHERE, true, true);
  }

  /**
   * An empty function for calls of one primitive.
   *
   * @param device where new tensors are made
   * @param differentiated whether libtorch's automatic differentiation will record the calls
   */
  public static Script eager(String device, boolean differentiated) {
    return new Script(true, device, false, differentiated);
  }

  /** Whether libtorch may differentiate it, with kernels of its choice. */
  public boolean isDifferentiated() {
    return differentiated;
  }

  /** Whether it is for calls of one primitive. */
  public boolean isEager() {
    return parametric;
  }

  /** Whether it will run in host memory, so that kernels for that alone may be written. */
  public boolean isCpu() {
    return cpu;
  }

  /** Who shares memory with whom. */
  public Memory memory() {
    return memory;
  }

  /** A further tensor input; returns its name. */
  public String input() {
    String n = "x" + inputs.size();
    inputs.add(n);
    inputNames.add(n);
    return n;
  }

  /**
   * A kernel of a convolution over two axes as libtorch wants it, first axis out, and in the order of memory that
   * it computes with. Of an input that stays what it is, as a model's weights do from prediction to prediction,
   * the caller keeps that form, and it comes as a further input; else a view that libtorch will copy.
   */
  public String filters(String kernel) {
    if (!inputNames.contains(kernel) || !isKept(kernel)) {
      return "torch.permute(" + kernel + ", [3, 2, 0, 1])";
    }
    return filters(new Filters(inputs.indexOf(kernel), List.of(), null));
  }

  /**
   * A kernel and a bias that do the work of a batch normalization after the convolution as well. All are inputs
   * that stay what they are; bias, gamma and beta may be null.
   */
  public String[] folded(
      String kernel,
      @Nullable String bias,
      String mean,
      String variance,
      @Nullable String gamma,
      @Nullable String beta,
      double epsilon) {
    List<Integer> others = new ArrayList<>();
    for (String n : new String[] {mean, variance, bias, gamma, beta}) {
      others.add(n == null ? -1 : inputs.indexOf(n));
    }
    String f = filters(new Filters(inputs.indexOf(kernel), others, epsilon));
    return new String[] {f, f + "b"};
  }

  private String filters(Filters f) {
    if (!filters.contains(f)) {
      filters.add(f);
    }
    return "f" + filters.indexOf(f);
  }

  /** Whether a value is an input, whole, that stays what it is. */
  public boolean isKept(Term t) {
    return !t.isLiteral() && t.isFull() && inputNames.contains(t.name()) && isKept(t.name());
  }

  private boolean isKept(String input) {
    return !parametric && !recorded && !memory.isDonated(input);
  }

  /** What is kept of inputs and comes as further inputs, in this order. */
  public List<Filters> filters() {
    return filters;
  }

  /** An unused name. */
  public String fresh() {
    return "v" + names++;
  }

  /**
   * Assigns to a new variable an expression that makes new memory.
   *
   * @throws IllegalStateException if the expression may be a view of a variable
   */
  public String let(String expression) {
    String viewed = Views.of(expression);
    if (viewed != null) {
      throw new IllegalStateException("May be a view of " + viewed + ": " + expression);
    }
    return copied(expression);
  }

  /** Likewise an expression that reads as if it were a view, but of what cannot be viewed so. */
  public String copied(String expression) {
    String n = fresh();
    line(n + " = " + expression);
    memory.made(n);
    return n;
  }

  /**
   * A variable with the value, dense, whose memory may be written to: the value's own if nobody reads that
   * later, else a copy.
   */
  public String writable(Term x) {
    if (!memory.mayOverwrite(x, x.spec())) {
      return let("torch.clone(" + full(x) + ", memory_format=0)");
    }
    String n = fresh();
    String same = memory.identity(x.name());
    if (inputNames.contains(same)) { // comes dense
      line(n + " = " + x.name());
    } else {
      line(n + " = torch.contiguous(" + x.name() + ")");
    }
    memory.overwritten(n, x.name());
    return n;
  }

  /**
   * The elements of a list that operations have written into. libtorch takes them to have written to the
   * list only, and would drop them if nobody used it.
   *
   * @param names the elements before
   */
  public List<String> elements(String list, List<String> names) {
    if (memory.isOutermost()) {
      kept.add(list);
      return names;
    }
    List<String> out = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String n = fresh();
      line(n + " = " + list + "[" + i + "]");
      memory.overwritten(n, names.get(i));
      out.add(n);
    }
    return out;
  }

  /** Variables that must be returned besides the results. */
  public List<String> kept() {
    return kept;
  }

  /** Assigns a number, or a list, to a new variable. */
  public String number(String expression) {
    String n = fresh();
    line(n + " = " + expression);
    return n;
  }

  /**
   * Assigns to a new variable an expression that may be a view of a variable.
   *
   * @throws IllegalStateException if it repeats elements, which is for {@link #repeated}
   */
  public String view(String expression, String of) {
    if (Views.repeats(expression)) {
      throw new IllegalStateException("May repeat elements of " + of + ": " + expression);
    }
    String n = fresh();
    line(n + " = " + expression);
    memory.view(n, of);
    return n;
  }

  /** Assigns to a new variable an expression that repeats elements of a variable without copying them. */
  public String repeated(String expression, String of) {
    String n = fresh();
    line(n + " = " + expression);
    memory.repeated(n, of);
    return n;
  }

  /**
   * Applies {@code torch.function(x, rest)}, in the memory of x if that may be overwritten.
   *
   * @param rest the arguments after x, with a comma before
   */
  public String apply(String function, Term x, String rest, TensorSpec out) {
    if (memory.mayOverwrite(x, out)) {
      String n = fresh();
      line(n + " = torch." + function + "_(" + x.name() + rest + ")");
      memory.overwritten(n, x.name());
      return n;
    }
    return let("torch." + function + "(" + tensor(x) + rest + ")");
  }

  public void line(String text) {
    body.append(indent).append(text).append('\n');
    lines++;
  }

  /** Begins an indented block after a line that ends in a colon. */
  public void open(String header) {
    line(header);
    indent += "  ";
    memory.open();
  }

  public void close() {
    indent = indent.substring(2);
    memory.close();
  }

  /** A size: a literal, or in a parametric script an input. */
  public String size(long n) {
    if (!parametric) {
      return Long.toString(n);
    }
    parameters.add(n);
    return "p" + (parameters.size() - 1);
  }

  /** A list of sizes that are known. */
  public String sizes(Shape shape) {
    StringBuilder b = new StringBuilder("[");
    for (int i = 0; i < shape.rank(); i++) {
      b.append(i == 0 ? "" : ", ").append(shape.dim(i) == 1 ? "1" : size(shape.dim(i)));
    }
    return b.append(']').toString();
  }

  /** A list written out, for axes and the like. */
  public static String list(long... values) {
    StringBuilder b = new StringBuilder("[");
    for (int i = 0; i < values.length; i++) {
      b.append(i == 0 ? "" : ", ").append(values[i]);
    }
    return b.append(']').toString();
  }

  public static String list(int... values) {
    StringBuilder b = new StringBuilder("[");
    for (int i = 0; i < values.length; i++) {
      b.append(i == 0 ? "" : ", ").append(values[i]);
    }
    return b.append(']').toString();
  }

  /** The size of an axis of a value, as an expression. */
  public String size(Term t, int axis) {
    long n = t.spec().dim(axis);
    if (n >= 0) {
      return size(n);
    }
    return "torch.size(" + t.name() + ", " + axis + ")";
  }

  /** A tensor that broadcasts to the value. */
  public String tensor(Term t) {
    return t.isLiteral() ? constant(t.number()) : t.name();
  }

  /** A tensor of exactly the value's shape. */
  public String full(Term t) {
    String name = tensor(t);
    if (t.isFull() || t.held().equals(t.spec().shape())) {
      return name;
    }
    Shape to = t.spec().shape();
    String sizes = to.isKnown() ? sizes(to) : list(open(t));
    return repeated("torch.expand(" + name + ", " + sizes + ")", name);
  }

  // the sizes to expand a value to that are not all known: -1 is what the tensor has
  private static long[] open(Term t) {
    Shape to = t.spec().shape();
    int missing = to.rank() - t.held().rank();
    long[] sizes = to.toArray();
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0 && (i < missing || t.held().dim(i - missing) >= 0)) {
        throw new IllegalStateException("A compact value of unknown shape: " + t.spec());
      }
    }
    return sizes;
  }

  /** The number of a dtype. */
  public String code(DType t) {
    return Integer.toString(TorchTypes.code(t));
  }

  /** A constant as an input of the function. */
  public String constant(NDArray value) {
    return constantNames.computeIfAbsent(value, v -> {
      constants.add(v);
      return "c" + (constants.size() - 1);
    });
  }

  /** Likewise of one dtype in host memory and another on other devices, as an expression. */
  public String code(DType host, DType elsewhere) {
    return recorded
        ? "(" + code(host) + " if " + WHERE + ".type == \"cpu\" else " + code(elsewhere) + ")"
        : code(cpu ? host : elsewhere);
  }

  /** The keyword arguments of a function that makes a tensor. */
  public String options(DType dtype) {
    return "dtype=" + TorchTypes.code(dtype) + place();
  }

  /** Keyword arguments for a place alone. */
  public String place() {
    if (recorded) {
      return ", device=" + WHERE;
    }
    return cpu ? "" : ", device=torch.device(\"" + device.replace("gpu", "cuda") + "\")";
  }

  /** Keeps an expression under a key, for the block being written. */
  public void remember(String key, String expression) {
    memory.remember(key, expression);
  }

  /** What was kept under a key in this block; null if nothing. */
  @Nullable
  public String recall(String key) {
    return memory.recall(key);
  }

  /** Has the host fill the outputs; returns the name of the list of all tensors. */
  public String callHost(HostWork work, List<String> tensors) {
    hostWork.add(work);
    return let("torch._foreach_add([" + String.join(", ", tensors) + "], "
        + marker(hostWork.size() - 1) + ")");
  }

  /** What stands in the text for the id of host code. */
  public static String marker(int index) {
    return "@" + index + "@";
  }

  /** The function's source, returning these. */
  public String source(List<String> outputs) {
    StringBuilder b = new StringBuilder("def main(");
    int n = 0;
    for (String x : inputs) {
      b.append(n++ == 0 ? "" : ", ").append(x).append(": Tensor");
    }
    for (int i = 0; i < constants.size(); i++) {
      b.append(n++ == 0 ? "" : ", ").append('c').append(i).append(": Tensor");
    }
    for (int i = 0; i < parameters.size(); i++) {
      b.append(n++ == 0 ? "" : ", ").append('p').append(i).append(": int");
    }
    for (int i = 0; i < filters.size(); i++) {
      b.append(n++ == 0 ? "" : ", ").append('f').append(i).append(": Tensor");
      if (filters.get(i).size() > 1) {
        b.append(", f").append(i).append("b: Tensor");
      }
    }
    b.append("):\n");
    finish(b, outputs);
    return b.toString();
  }

  /**
   * The same as the method {@code forward} of a module.
   *
   * @param arguments names for the first inputs, which are converted to the dtypes that they are declared with
   * @param dtypes of these
   * @param members where the module has the other inputs, and then the constants: {@code self.dense.kernel}
   */
  public String method(
      List<String> arguments, List<DType> dtypes, List<String> members, List<String> outputs) {
    StringBuilder b = new StringBuilder("def forward(self");
    for (String a : arguments) {
      b.append(", ").append(a).append(": Tensor");
    }
    b.append("):\n");
    for (int i = 0; i < arguments.size(); i++) {
      b.append("  ").append(inputs.get(i)).append(" = ").append(arguments.get(i));
      b.append(".to(").append(code(dtypes.get(i))).append(")\n");
    }
    for (int i = 0; i < members.size(); i++) {
      int k = arguments.size() + i;
      String name = k < inputs.size() ? inputs.get(k) : "c" + (k - inputs.size());
      b.append("  ").append(name).append(" = ").append(members.get(i)).append('\n');
    }
    finish(b, outputs);
    return b.toString();
  }

  private void finish(StringBuilder b, List<String> outputs) {
    if (recorded) {
      b.append("  ").append(WHERE).append(" = ").append(inputs.get(0)).append(".device\n");
    }
    b.append(body);
    b.append("  return ")
        .append(outputs.isEmpty() ? "None" : String.join(", ", outputs))
        .append('\n');
  }

  public int lines() {
    return lines;
  }

  public List<NDArray> constants() {
    return constants;
  }

  public List<Long> parameters() {
    return parameters;
  }

  public List<HostWork> hostWork() {
    return hostWork;
  }

  /** The values of a spec's inputs as full terms. */
  public List<Term> inputs(List<TensorSpec> specs) {
    List<Term> out = new ArrayList<>(specs.size());
    for (TensorSpec s : specs) {
      out.add(Term.of(input(), s));
    }
    return out;
  }
}
