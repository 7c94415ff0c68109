package org.keras4j.backend.xla.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.export.OpenText.Token;

/**
 * A module for inputs of any size. It is made of modules for several known sizes: where they are the same it is so too, and where
 * they differ, in types and in numbers that are sizes, it computes these from the sizes of its inputs. A program that does not
 * differ in sizes alone has no such form.
 */
final class OpenModule {
  private static final String MARK = "jax.uses_shape_polymorphism = true";
  private static final Pattern OPERATION =
      Pattern.compile("(%\\w+)=(\"?[\\w.]+\"?)(.*)", Pattern.DOTALL);
  private static final Pattern VALUE = Pattern.compile("%\\w+(?:#\\d+)?");

  private final List<String> names;
  private final long[][] bindings;
  // the lines that compute sizes, and what they define by what it is
  private final StringBuilder sizes = new StringBuilder();
  private final Map<String, String> defined = new HashMap<>();
  private final Map<List<Long>, SizeFormula> formulas = new HashMap<>();
  private final StringBuilder body = new StringBuilder();
  private int fresh;

  /** That a program cannot be written for open sizes; the message says why. */
  static final class NotOpen extends Exception {
    private static final long serialVersionUID = 1;

    NotOpen(String message) {
      super(message);
    }
  }

  /**
   * Where an open size can be read.
   *
   * @param name its name
   * @param input which of the arguments has it
   * @param axis at which axis
   */
  record OpenSize(String name, int input, int axis) {}

  private OpenModule(List<OpenSize> open, long[][] bindings, List<String> parameters) {
    this.names = open.stream().map(OpenSize::name).toList();
    this.bindings = bindings;
    for (int i = 0; i < open.size(); i++) {
      OpenSize o = open.get(i);
      String here = "%s" + i;
      sizes
          .append(here + "_=stablehlo.get_dimension_size %a" + o.input + ",dim=" + o.axis + " : ("
              + parameters.get(o.input) + ")->tensor<i32>\n")
          .append(here + "=stablehlo.convert " + here + "_ : (tensor<i32>)->tensor<i64>\n");
    }
  }

  /** The text of an open module, and the formula of each size of its results. */
  record Result(String text, List<List<String>> results) {}

  /**
   * Lays modules over each other.
   *
   * @param open the open sizes
   * @param bindings their values in each module
   * @param modules of one program, for inputs of these sizes
   * @throws NotOpen if they differ in more than sizes
   */
  static Result of(List<OpenSize> open, long[][] bindings, List<Module> modules) throws NotOpen {
    Module first = modules.get(0);
    for (Module m : modules) {
      if (!m.constants().equals(first.constants())) {
        throw new NotOpen("it holds tables whose values depend on the sizes");
      }
    }
    List<OpenText> lines = new ArrayList<>();
    first.text().lines().forEach(l -> lines.add(OpenText.of(l)));
    for (Module m : modules.subList(1, modules.size())) {
      List<String> other = m.text().lines().toList();
      if (other.size() != lines.size()) {
        throw new NotOpen("other operations are needed for other sizes");
      }
      for (int i = 0; i < other.size(); i++) {
        if (!lines.get(i).add(OpenText.of(other.get(i)))) {
          throw new NotOpen("other operations are needed for other sizes: " + other.get(i));
        }
      }
    }
    List<Token> head = lines.get(0).types();
    int n = first.parameters().size();
    OpenModule made = new OpenModule(
        open, bindings, head.subList(0, n).stream().map(Token::open).toList());
    for (OpenText line : lines.subList(1, lines.size())) {
      made.write(line);
    }
    List<List<String>> results = new ArrayList<>();
    for (Token t : head.subList(n, head.size())) {
      List<String> dims = new ArrayList<>();
      for (int i = 0; i < t.values.get(0).length; i++) {
        dims.add(made.formula(t.at(i)).text(made.names));
      }
      results.add(dims);
    }
    // without the mark, JAX and TensorFlow take the sizes for known and do not work them out
    String opening =
        lines.get(0).open().replaceFirst("module\\{", "module attributes{" + MARK + "}{");
    return new Result(opening + "\n" + made.sizes + made.body, results);
  }

  private SizeFormula formula(long... values) throws NotOpen {
    List<Long> key = Arrays.stream(values).boxed().toList();
    SizeFormula f = formulas.get(key);
    if (f == null) {
      f = SizeFormula.of(bindings, values);
      if (f == null) {
        throw new NotOpen("a size follows from the open sizes in no way that is known here: " + key
            + " for " + Arrays.deepToString(bindings));
      }
      formulas.put(key, f);
    }
    return f;
  }

  // ---- lines

  private void write(OpenText line) throws NotOpen {
    if (!line.varies()) {
      body.append(line.open()).append('\n');
      return;
    }
    Matcher m = OPERATION.matcher(line.open());
    String op = m.matches() ? m.group(2) : "";
    switch (op) {
      case "stablehlo.constant" -> constant(m.group(1), line);
      case "stablehlo.broadcast_in_dim" -> broadcast(m.group(1), line);
      case "stablehlo.reshape" -> {
        List<Token> t = line.types();
        String shape = vector(t.get(1));
        define(
            m.group(1),
            "stablehlo.dynamic_reshape " + values(m.group(3)).get(0) + "," + shape,
            List.of(t.get(0).open(), vectorType(t.get(1))),
            t.get(1));
      }
      case "stablehlo.iota" -> {
        Token t = line.types().get(0);
        String axis = line.tokens.get(0).texts.get(0);
        define(
            m.group(1),
            "stablehlo.dynamic_iota " + vector(t) + ",dim=" + axis,
            List.of(vectorType(t)),
            t);
      }
      case "stablehlo.slice" -> slice(m.group(1), m.group(3), line);
      case "stablehlo.pad" -> pad(m.group(1), m.group(3), line);
      case "stablehlo.dynamic_slice" -> dynamicSlice(m.group(1), m.group(3), line);
      case "\"stablehlo.gather\"" -> gather(m.group(1), m.group(3), line);
      case "stablehlo.convolution" -> convolution(m.group(1), m.group(3), line);
      default -> {
        if (line.variesBesidesTypes()) {
          throw new NotOpen("numbers in it depend on the sizes: " + line.open());
        }
        body.append(line.open()).append('\n');
      }
    }
  }

  private void define(String name, String what, List<String> operands, Token result) {
    body.append(name + "=" + what + " : (" + String.join(",", operands) + ")->" + result.open())
        .append('\n');
  }

  private static List<String> values(String text) {
    List<String> out = new ArrayList<>();
    Matcher m = VALUE.matcher(text);
    while (m.find()) {
      out.add(m.group());
    }
    return out;
  }

  private void constant(String name, OpenText line) throws NotOpen {
    Token type = line.types().get(0);
    Token literal = line.tokens.get(0);
    if (!literal.literal) {
      throw new NotOpen("a table in it depends on the sizes: " + line.open());
    }
    String scalar = "tensor<" + type.element + ">";
    String value;
    if (literal.varies()) {
      long[] v = literal.at(0);
      if (Arrays.stream(v).anyMatch(x -> x == Long.MIN_VALUE)) {
        throw new NotOpen("a number in it depends on the sizes: " + literal.texts);
      }
      String whole = scalar(formula(v));
      value = name + ".s";
      body.append(value + "=stablehlo.convert " + whole + " : (tensor<i64>)->" + scalar + "\n");
    } else {
      value = name + ".s";
      body.append(value + "=stablehlo.constant dense<" + literal.texts.get(0) + "> : " + scalar)
          .append('\n');
    }
    if (type.values.get(0).length == 0) {
      body.append(name + "=stablehlo.reshape " + value + " : (" + scalar + ")->" + scalar + "\n");
    } else {
      define(
          name,
          "stablehlo.dynamic_broadcast_in_dim " + value + "," + vector(type) + ",dims=[]",
          List.of(scalar, vectorType(type)),
          type);
    }
  }

  private void broadcast(String name, OpenText line) throws NotOpen {
    List<Token> t = line.types();
    String text = line.open();
    String dims = text.substring(text.indexOf(",dims="), text.indexOf(" : "));
    define(
        name,
        "stablehlo.dynamic_broadcast_in_dim " + values(text).get(1) + "," + vector(t.get(1)) + dims,
        List.of(t.get(0).open(), vectorType(t.get(1))),
        t.get(1));
  }

  private void slice(String name, String rest, OpenText line) throws NotOpen {
    if (!line.variesBesidesTypes()) {
      body.append(line.open()).append('\n');
      return;
    }
    List<Token> t = line.types();
    int rank = t.get(0).values.get(0).length;
    // which of the numbers are start, limit and step shows in the colons
    List<long[]> start = new ArrayList<>();
    List<long[]> limit = new ArrayList<>();
    List<long[]> step = new ArrayList<>();
    for (int i = 0; i < line.tokens.size() && start.size() <= rank; i++) {
      Token number = line.tokens.get(i);
      String before = line.fixed.get(i);
      if (number.isType()) {
        break;
      } else if (!before.endsWith(":")) {
        start.add(number.at(0));
        step.add(constantOf(1));
      } else if (limit.size() < start.size()) {
        limit.add(number.at(0));
      } else {
        step.set(step.size() - 1, number.at(0));
      }
    }
    String type = "tensor<" + rank + "xi64>";
    define(
        name,
        "stablehlo.real_dynamic_slice " + values(rest).get(0) + "," + vector(start) + ","
            + vector(limit) + "," + vector(step),
        List.of(t.get(0).open(), type, type, type),
        t.get(1));
  }

  private long[] constantOf(long value) {
    long[] out = new long[bindings.length];
    Arrays.fill(out, value);
    return out;
  }

  private void pad(String name, String rest, OpenText line) throws NotOpen {
    if (!line.variesBesidesTypes()) {
      body.append(line.open()).append('\n');
      return;
    }
    List<Token> t = line.types();
    int rank = t.get(0).values.get(0).length;
    List<List<long[]>> parts = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      List<long[]> numbers = new ArrayList<>();
      for (int i = 0; i < rank; i++) {
        numbers.add(line.tokens.get(part * rank + i).at(0));
      }
      parts.add(numbers);
    }
    String type = "tensor<" + rank + "xi64>";
    define(
        name,
        "stablehlo.dynamic_pad " + values(rest).get(0) + "," + values(rest).get(1) + ","
            + vector(parts.get(0)) + "," + vector(parts.get(1)) + "," + vector(parts.get(2)),
        List.of(t.get(0).open(), t.get(1).open(), type, type, type),
        t.get(2));
  }

  private void gather(String name, String rest, OpenText line) throws NotOpen {
    if (!line.variesBesidesTypes()) {
      body.append(line.open()).append('\n');
      return;
    }
    List<Token> t = line.types();
    int rank = t.get(0).values.get(0).length;
    // the sizes of the slice are the numbers after this word; the others do not vary
    int at = 0;
    while (!line.fixed.get(at).contains("slice_sizes=array<i64:")) {
      at++;
    }
    List<long[]> sizesOfSlice = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      sizesOfSlice.add(line.tokens.get(at + i).at(0));
    }
    String text = line.open();
    String numbers =
        text.substring(text.indexOf("<{dimension_numbers="), text.indexOf(",slice_sizes="));
    body.append(name + "=\"stablehlo.dynamic_gather\"(" + values(rest).get(0) + ","
            + values(rest).get(1) + "," + vector(sizesOfSlice) + ") " + numbers
            + ",indices_are_sorted=false}> : (" + t.get(0).open() + ","
            + t.get(1).open()
            + ",tensor<" + rank + "xi64>)->" + t.get(2).open())
        .append('\n');
  }

  /** A slice that begins where data say: cut back into bounds, as the operation of known sizes does by itself. */
  private void dynamicSlice(String name, String rest, OpenText line) throws NotOpen {
    if (!line.variesBesidesTypes()) {
      body.append(line.open()).append('\n');
      return;
    }
    List<Token> t = line.types();
    Token operand = t.get(0);
    int rank = operand.values.get(0).length;
    List<String> all = values(rest);
    List<long[]> take = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      take.add(line.tokens.get(i).at(0));
    }
    String one = "tensor<1xi64>";
    String type = "tensor<" + rank + "xi64>";
    List<String> starts = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      String from = all.get(i + 1);
      String wide = name + ".w" + i;
      body.append(
          wide + "c=stablehlo.convert " + from + " : (" + t.get(i + 1).open() + ")->tensor<i64>\n");
      body.append(wide + "=stablehlo.reshape " + wide + "c : (tensor<i64>)->" + one + "\n");
      starts.add(wide);
    }
    String begin = name + ".b";
    body.append(joined(begin, starts, rank)).append('\n');
    List<long[]> room = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long[] r = operand.at(i);
      for (int k = 0; k < r.length; k++) {
        r[k] -= take.get(i)[k];
      }
      room.add(r);
    }
    String zero = vector(room.stream().map(r -> constantOf(0)).toList());
    String bounded = name + ".k";
    body.append(bounded + "=stablehlo.clamp " + zero + "," + begin + "," + vector(room) + " : "
        + type + "\n");
    String end = name + ".e";
    body.append(end + "=stablehlo.add " + bounded + "," + vector(take) + " : " + type + "\n");
    define(
        name,
        "stablehlo.real_dynamic_slice " + all.get(0) + "," + bounded + "," + end + ","
            + vector(room.stream().map(r -> constantOf(1)).toList()),
        List.of(operand.open(), type, type, type),
        t.get(t.size() - 1));
  }

  /** Where the padding of a convolution varies, the input is padded before it. */
  private void convolution(String name, String rest, OpenText line) throws NotOpen {
    if (!line.variesBesidesTypes()) {
      body.append(line.open()).append('\n');
      return;
    }
    int pad = 0;
    while (!line.fixed.get(pad).contains(",pad=[[")) {
      pad++;
    }
    int spread = pad;
    while (!line.fixed.get(spread).contains("lhs_dilate=[")) {
      spread++;
    }
    int places = (spread - pad) / 2;
    List<long[]> low = new ArrayList<>(List.of(constantOf(0)));
    List<long[]> high = new ArrayList<>(List.of(constantOf(0)));
    List<long[]> between = new ArrayList<>(List.of(constantOf(0)));
    for (int i = 0; i < places; i++) {
      low.add(line.tokens.get(pad + 2 * i).at(0));
      high.add(line.tokens.get(pad + 2 * i + 1).at(0));
      between.add(constantOf(line.tokens.get(spread + i).at(0)[0] - 1));
    }
    low.add(constantOf(0));
    high.add(constantOf(0));
    between.add(constantOf(0));
    List<Token> t = line.types();
    Token x = t.get(0);
    if (!line.fixed.get(0).contains("dim_numbers=[b,") || x.values.get(0).length != places + 2) {
      throw new NotOpen("the padding of a gradient depends on the sizes: " + line.open());
    }
    long[] ends = new long[bindings.length];
    List<String> dims = new ArrayList<>();
    for (int i = 0; i < places + 2; i++) {
      long[] from = x.at(i);
      for (int k = 0; k < ends.length; k++) {
        ends[k] =
            from[k] + Math.max(0, from[k] - 1) * between.get(i)[k] + low.get(i)[k] + high.get(i)[k];
      }
      long one = ends[0];
      dims.add(Arrays.stream(ends).allMatch(e -> e == one) ? Long.toString(one) : "?");
    }
    String padded = "tensor<" + String.join("x", dims) + "x" + x.element + ">";
    String scalar = "tensor<" + x.element + ">";
    String type = "tensor<" + (places + 2) + "xi64>";
    body.append(name + ".z=stablehlo.constant dense<0.0> : " + scalar + "\n");
    body.append(name + ".p=stablehlo.dynamic_pad " + values(rest).get(0) + "," + name + ".z,"
            + vector(low) + "," + vector(high) + "," + vector(between) + " : (" + x.open() + ","
            + scalar + "," + type + "," + type + "," + type + ")->" + padded)
        .append('\n');
    String zeros = String.join(",", java.util.Collections.nCopies(places, "[0,0]"));
    String ones = String.join(",", java.util.Collections.nCopies(places, "1"));
    String text = line.open();
    String operands = "(" + values(rest).get(0) + ",";
    text = text.replace(operands, "(" + name + ".p,")
        .replaceFirst(",pad=\\[\\[[^a-z]*\\]\\]", ",pad=[" + zeros + "]")
        .replaceFirst("lhs_dilate=\\[[\\d,]*\\]", "lhs_dilate=[" + ones + "]");
    int types = text.lastIndexOf(" : (");
    body.append(text, 0, types)
        .append(" : (" + padded + "," + t.get(1).open() + ")->" + t.get(2).open())
        .append('\n');
  }

  // ---- sizes

  private static String vectorType(Token type) {
    return "tensor<" + type.values.get(0).length + "xi64>";
  }

  private String vector(Token type) throws NotOpen {
    List<long[]> all = new ArrayList<>();
    for (int i = 0; i < type.values.get(0).length; i++) {
      all.add(type.at(i));
    }
    return vector(all);
  }

  /** A vector of sizes. */
  private String vector(List<long[]> each) throws NotOpen {
    Map<String, SizeFormula> parts = new LinkedHashMap<>();
    List<String> texts = new ArrayList<>();
    boolean fixed = true;
    for (long[] v : each) {
      SizeFormula f = formula(v);
      fixed &= f.terms().isEmpty();
      texts.add(f.text(names));
      parts.put(f.text(names), f);
    }
    String key = texts.toString();
    String known = defined.get(key);
    if (known != null) {
      return known;
    }
    int n = each.size();
    String name = "%d" + fresh++;
    if (fixed) {
      sizes.append(name + "=stablehlo.constant dense<"
          + (n == 0 ? "" : "[" + String.join(",", texts) + "]") + "> : tensor<" + n + "xi64>\n");
    } else {
      List<String> ones = new ArrayList<>();
      for (String t : texts) {
        String scalar = scalar(Objects.requireNonNull(parts.get(t)));
        String one = "%d" + fresh++;
        sizes.append(one + "=stablehlo.reshape " + scalar + " : (tensor<i64>)->tensor<1xi64>\n");
        ones.add(one);
      }
      sizes.append(joined(name, ones, n)).append('\n');
    }
    defined.put(key, name);
    return name;
  }

  private static String joined(String name, List<String> ones, int n) {
    if (n == 1) {
      return name + "=stablehlo.reshape " + ones.get(0) + " : (tensor<1xi64>)->tensor<1xi64>";
    }
    return name + "=stablehlo.concatenate " + String.join(",", ones) + ",dim=0 : ("
        + String.join(",", java.util.Collections.nCopies(n, "tensor<1xi64>")) + ")->tensor<" + n
        + "xi64>";
  }

  /** A size as a scalar. */
  private String scalar(SizeFormula f) {
    String sum = f.constant() != 0 || f.terms().isEmpty() ? whole(f.constant()) : "";
    for (SizeFormula.Product p : f.terms()) {
      String product = p.factor() == 1 ? "" : whole(p.factor());
      for (SizeFormula.Quotient q : p.quotients()) {
        String v = "%s" + q.symbol();
        v = q.add() == 0 ? v : binary("add", v, whole(q.add()));
        v = q.divisor() == 1 ? v : binary("divide", v, whole(q.divisor()));
        product = product.isEmpty() ? v : binary("multiply", product, v);
      }
      sum = sum.isEmpty() ? product : binary("add", product, sum);
    }
    return sum;
  }

  private String whole(long value) {
    return defined.computeIfAbsent("whole " + value, k -> {
      String name = "%d" + fresh++;
      sizes.append(name + "=stablehlo.constant dense<" + value + "> : tensor<i64>\n");
      return name;
    });
  }

  private String binary(String op, String a, String b) {
    return defined.computeIfAbsent(op + " " + a + " " + b, k -> {
      String name = "%d" + fresh++;
      sizes.append(name + "=stablehlo." + op + " " + a + "," + b + " : tensor<i64>\n");
      return name;
    });
  }
}
