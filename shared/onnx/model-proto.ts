import { MessageWriter } from "./protobuf.ts";

/** Opset and IR version that every provider of ONNX Runtime 1.30 runs. */
const OPSET = 18;
const IR_VERSION = 9;

/** TensorProto.DataType. */
export const DATA_TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
export type OnnxType = keyof typeof DATA_TYPE;

export type AttributeValue = number | string | readonly number[] | { readonly float: number };

export interface NodeProto {
  readonly name: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface TensorProto {
  readonly name: string;
  readonly dtype: OnnxType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly dtype: OnnxType;
  readonly shape: readonly number[];
}

export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
}

/** Bytes of a ModelProto (onnx.proto3), fields in ascending order: the same graph gives the same bytes. */
export function encodeModel(graph: GraphProto): Uint8Array {
  return new MessageWriter()
    .int(1, IR_VERSION)
    .bytes(2, "batchnorm-at-home")
    .bytes(7, encodeGraph(graph))
    .bytes(8, new MessageWriter().bytes(1, "").int(2, OPSET))
    .finish();
}

function encodeGraph(graph: GraphProto): MessageWriter {
  const writer = new MessageWriter();
  for (const node of graph.nodes) writer.bytes(1, encodeNode(node));
  writer.bytes(2, graph.name);
  for (const tensor of graph.initializers) writer.bytes(5, encodeTensor(tensor));
  for (const input of graph.inputs) writer.bytes(11, encodeValueInfo(input));
  for (const output of graph.outputs) writer.bytes(12, encodeValueInfo(output));
  return writer;
}

function encodeNode(node: NodeProto): MessageWriter {
  const writer = new MessageWriter();
  for (const input of node.inputs) writer.bytes(1, input);
  for (const output of node.outputs) writer.bytes(2, output);
  writer.bytes(3, node.name).bytes(4, node.opType);
  for (const name of Object.keys(node.attributes).sort()) writer.bytes(5, encodeAttribute(name, node.attributes[name]!));
  return writer;
}

function encodeAttribute(name: string, value: AttributeValue): MessageWriter {
  const writer = new MessageWriter().bytes(1, name);
  if (typeof value === "number") return writer.int(3, value).int(20, 2);
  if (typeof value === "string") return writer.bytes(4, value).int(20, 3);
  if ("float" in value) return writer.float(2, value.float).int(20, 1);
  for (const item of value) writer.int(8, item);
  return writer.int(20, 7);
}

function encodeTensor(tensor: TensorProto): MessageWriter {
  return new MessageWriter()
    .packedInts(1, tensor.shape)
    .int(2, DATA_TYPE[tensor.dtype])
    .bytes(8, tensor.name)
    .bytes(9, tensor.data);
}

function encodeValueInfo(value: ValueInfoProto): MessageWriter {
  const shape = new MessageWriter();
  for (const length of value.shape) shape.bytes(1, new MessageWriter().int(1, length));
  const type = new MessageWriter().int(1, DATA_TYPE[value.dtype]).bytes(2, shape);
  return new MessageWriter().bytes(1, value.name).bytes(2, new MessageWriter().bytes(1, type));
}
