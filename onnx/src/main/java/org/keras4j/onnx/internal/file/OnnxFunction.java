package org.keras4j.onnx.internal.file;

import java.util.List;
import java.util.Map;

/**
 * An operator that a file defines by nodes.
 *
 * @param attributes the names of settings that callers give; nodes refer to them
 * @param defaults settings with values that hold where callers give none
 */
public record OnnxFunction(
    String domain,
    String name,
    List<String> inputs,
    List<String> outputs,
    List<String> attributes,
    Map<String, OnnxAttribute> defaults,
    List<OnnxNode> nodes) {}
