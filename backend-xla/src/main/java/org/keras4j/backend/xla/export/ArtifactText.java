package org.keras4j.backend.xla.export;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A module as the text that TensorFlow's pass for {@code tf.XlaCallModule} makes a portable artifact of, and that artifact out of the
 * text which the pass gives.
 */
final class ArtifactText {
  private static final String SERIALIZE = "tf-xla-call-module-serialization";
  private static final String WITHOUT_CHLO =
      "func.func(chlo-legalize-to-hlo),hlo-legalize-to-stablehlo,";
  private static final Pattern MODULE = Pattern.compile(
      "module(?: attributes\\{(.*?)\\})?\\{func\\.func public @main\\((.*)\\)->\\(?(.*?)\\)?\\{");
  private static final Pattern ARGUMENT = Pattern.compile("(%\\w+):(tensor<[^>]*>)");
  private static final Pattern TYPE = Pattern.compile("tensor<[^>]*>");
  private static final Pattern CHLO =
      Pattern.compile("(%\\w+)=(chlo\\.\\w+) (%[\\w#]+) : (tensor<([^>]*)>) -> .*");

  private ArtifactText() {}

  /** The passes that a module needs. */
  static String passes(String module) {
    return module.contains("=chlo.") ? WITHOUT_CHLO + SERIALIZE : SERIALIZE;
  }

  /**
   * The module within a call of it.
   *
   * @param module as {@link StableHloFormat} writes it
   * @param version of StableHLO, {@code 1.0.0} say
   * @throws IllegalArgumentException if it is no such module
   */
  static String call(String module, String version) {
    List<String> lines = module.lines().filter(l -> !l.startsWith("//")).toList();
    Matcher head = MODULE.matcher(lines.isEmpty() ? "" : lines.get(0));
    if (!head.matches()) {
      throw new IllegalArgumentException("expected a module with one function, main");
    }
    String attributes = head.group(1) == null ? "" : head.group(1);
    List<String> names = new ArrayList<>();
    List<String> types = new ArrayList<>();
    Matcher a = ARGUMENT.matcher(head.group(2));
    while (a.find()) {
      names.add(a.group(1));
      types.add(a.group(2));
    }
    List<String> results =
        TYPE.matcher(head.group(3)).results().map(m -> m.group()).toList();
    StringJoiner parameters = new StringJoiner(", ", "(", ")");
    for (int i = 0; i < names.size(); i++) {
      parameters.add(names.get(i) + ": " + types.get(i));
    }
    StringJoiner given = new StringJoiner(", ");
    StringJoiner shapes = new StringJoiner(", ");
    for (int i = 0; i < results.size(); i++) {
      given.add("%r#" + i);
      shapes.add("#tf_type.shape<*>");
    }
    String signature = parameters + " -> (" + String.join(", ", results) + ")";
    StringBuilder out = new StringBuilder("module {\nfunc.func private @called")
        .append(signature)
        .append(" attributes {_from_xla_call_module} {\n");
    for (String line : lines.subList(1, lines.size() - 1)) {
      out.append(elementwise(line)).append('\n');
    }
    out.append("}\nfunc.func @main").append(signature).append(" {\n%r:").append(results.size());
    out.append(" = \"tf.XlaCallModule\"(").append(String.join(", ", names));
    out.append(") {Sout = [").append(shapes).append("], device = \"\", dim_args_spec = [],");
    out.append(" _entry_function = @called, _stablehlo_version = \"").append(version);
    out.append("\", _stablehlo_module_attrs = {").append(attributes).append("}, module = \"\",");
    out.append(" platforms = [], version = 9 : i64, has_token_input_output = false,");
    out.append(" disabled_checks = [], function_list = []} : (").append(String.join(", ", types));
    out.append(") -> (").append(String.join(", ", results)).append(")\nreturn ").append(given);
    return out.append(" : ")
        .append(String.join(", ", results))
        .append("\n}\n}\n")
        .toString();
  }

  /**
   * Functions of CHLO, which artifacts do not hold, become formulas; for open sizes these are not written without operations on shapes
   * that artifacts do not hold either, so that there they are mapped over the elements.
   */
  private static String elementwise(String line) {
    Matcher m = CHLO.matcher(line);
    if (!m.matches() || m.group(5).indexOf('?') < 0) {
      return line;
    }
    String[] dims = m.group(5).split("x", -1);
    String element = "tensor<" + dims[dims.length - 1] + ">";
    StringJoiner axes = new StringJoiner(", ");
    for (int i = 0; i < dims.length - 1; i++) {
      axes.add(Integer.toString(i));
    }
    return m.group(1) + " = \"stablehlo.map\"(" + m.group(3) + ") ({\n^bb0(%m: " + element
        + "):\n%n = " + m.group(2) + " %m : " + element + " -> " + element
        + "\n\"stablehlo.return\"(%n) : (" + element + ") -> ()\n}) {dimensions = array<i64: "
        + axes + ">} : (" + m.group(4) + ") -> " + m.group(4);
  }

  /**
   * The artifact in a text of MLIR, where it is a string with bytes in hexadecimal.
   *
   * @throws IllegalArgumentException if there is none
   */
  static byte[] artifact(ByteBuffer text) {
    byte[] key = "module = \"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at + key.length < text.limit(); at++) {
      int same = 0;
      while (same < key.length && text.get(at + same) == key[same]) {
        same++;
      }
      if (same == key.length) {
        for (int i = at + same; text.get(i) != '"'; i++) {
          byte b = text.get(i);
          if (b != '\\') {
            out.write(b);
          } else if (text.get(i + 1) == '\\') {
            out.write('\\');
            i++;
          } else {
            out.write(HexFormat.fromHexDigit(text.get(i + 1)) << 4
                | HexFormat.fromHexDigit(text.get(i + 2)));
            i += 2;
          }
        }
        break;
      }
    }
    if (out.size() == 0) {
      throw new IllegalArgumentException("there is no artifact in the text");
    }
    return out.toByteArray();
  }
}
