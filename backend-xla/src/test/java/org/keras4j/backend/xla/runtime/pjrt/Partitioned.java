package org.keras4j.backend.xla.runtime.pjrt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.sharding.Sharding;

/** What a module's text says of its partitions, read as a plugin would. */
final class Partitioned {
  private static final Pattern AXIS = Pattern.compile("\"(\\w+)\"=(\\d+)");
  private static final Pattern LAYOUT = Pattern.compile("sdy.sharding<@mesh,\\[([^>]*)\\]>");
  private static final Pattern DIMENSION = Pattern.compile("\\{(?:\"(\\w+)\")?\\}");

  private Partitioned() {}

  /** The text without it. */
  static String plain(String text) {
    return text.replaceAll(
            " attributes\\{mhlo.num_partitions=\\d+:i32,mhlo.num_replicas=1:i32}", "")
        .replaceAll("sdy.mesh .*\n", "")
        .replaceAll("sdy.sharding=#sdy.sharding<@mesh,\\[[^>]*\\]>", "")
        .replaceAll(
            "sdy.sharding_constraint (%\\w+) <@mesh,\\[[^>]*\\]>",
            "stablehlo.optimization_barrier $1");
  }

  static ProgramSpec spec(
      String text,
      int main,
      int arrow,
      List<TensorType> in,
      List<TensorType> out,
      List<Integer> devices) {
    String line =
        text.substring(text.indexOf("sdy.mesh"), text.indexOf('\n', text.indexOf("sdy.mesh")));
    List<String> names = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    Matcher m = AXIS.matcher(line);
    while (m.find()) {
      names.add(m.group(1));
      sizes.add(Long.valueOf(m.group(2)));
    }
    Mesh mesh = new Mesh(names, sizes);
    List<Sharding> parameters = shardings(mesh, text.substring(main, arrow));
    List<Sharding> results = shardings(mesh, text.substring(arrow, text.indexOf("{\n", arrow)));
    return new ProgramSpec(
        "fake",
        parts(in, parameters),
        parts(out, results),
        Map.of(),
        devices,
        Map.of(),
        new ProgramSpec.Parts(parameters, results));
  }

  private static List<Sharding> shardings(Mesh mesh, String text) {
    List<Sharding> out = new ArrayList<>();
    Matcher m = LAYOUT.matcher(text);
    while (m.find()) {
      List<Integer> axes = new ArrayList<>();
      Matcher d = DIMENSION.matcher(m.group(1));
      while (d.find()) {
        axes.add(d.group(1) == null ? Sharding.WHOLE : mesh.names().indexOf(d.group(1)));
      }
      out.add(new Sharding(mesh, axes));
    }
    return out;
  }

  private static List<TensorType> parts(List<TensorType> types, List<Sharding> shardings) {
    if (types.size() != shardings.size()) {
      throw new IllegalArgumentException(types + " are laid out as " + shardings);
    }
    return IntStream.range(0, types.size())
        .mapToObj(i -> TensorType.of(
            types.get(i).element(),
            shardings
                .get(i)
                .part(Arrays.copyOf(types.get(i).dims(), types.get(i).rank()))))
        .toList();
  }

  /** The ids that compile options assign to the partitions. */
  static List<Long> assigned(byte[] options) {
    List<Long> ids = new ArrayList<>();
    byte[] assignment = fields(fields(options, 3).get(0), 9).get(0);
    for (byte[] computation : fields(assignment, 3)) {
      byte[] packed = fields(computation, 1).get(0);
      ids.add((long) packed[0]); // all are small
    }
    return ids;
  }

  // the fields of a number that have bytes
  private static List<byte[]> fields(byte[] message, int number) {
    List<byte[]> out = new ArrayList<>();
    int[] at = {0};
    while (at[0] < message.length) {
      long tag = varint(message, at);
      long length = varint(message, at); // or the number itself
      if ((tag & 7) == 2) {
        if (tag >> 3 == number) {
          out.add(Arrays.copyOfRange(message, at[0], at[0] + (int) length));
        }
        at[0] += (int) length;
      } else if ((tag & 7) != 0) {
        throw new IllegalArgumentException("a field of type " + (tag & 7));
      }
    }
    return out;
  }

  private static long varint(byte[] b, int[] at) {
    long v = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = b[at[0]++];
      v |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return v;
      }
    }
  }
}
