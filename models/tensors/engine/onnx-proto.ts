/**
 * @file Writes the part of the ONNX file format that a trace needs. Field numbers: onnx/onnx.proto, IR version 10.
 */
import protobuf from 'protobufjs/minimal.js';

/** TensorProto.DataType of the element types used here. */
export const ONNX_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 } as const;
export type OnnxType = keyof typeof ONNX_TYPE;

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
}

/** An initializer whose bytes are inside the model, or in `file` from `byteOffset` on. */
export type OnnxInitializer = OnnxValue &
  (
    | { readonly bytes: Uint8Array }
    | { readonly file: string; readonly byteOffset: number; readonly byteLength: number }
  );

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Version of the default operator set: 18 made the axes of reductions inputs, 20 added Gelu. */
export const OPSET_VERSION = 20;
const IR_VERSION = 10;

/** ai.onnx operators that ONNX Runtime adds under its own domain. */
export const CONTRIB_DOMAIN = 'com.microsoft';

type Writer = protobuf.Writer;
const LENGTH_DELIMITED = 2;
const VARINT = 0;
const FIXED32 = 5;

const tag = (field: number, wire: number) => (field << 3) | wire;

function message(writer: Writer, field: number, write: (writer: Writer) => void): void {
  writer.uint32(tag(field, LENGTH_DELIMITED)).fork();
  write(writer);
  writer.ldelim();
}

function text(writer: Writer, field: number, value: string): void {
  writer.uint32(tag(field, LENGTH_DELIMITED)).string(value);
}

function integer(writer: Writer, field: number, value: number): void {
  writer.uint32(tag(field, VARINT)).int64(value);
}

const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

function writeAttribute(writer: Writer, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'string') {
    text(writer, 4, value);
    integer(writer, 20, ATTRIBUTE_TYPE.string);
  } else if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, ATTRIBUTE_TYPE.int);
  } else if ('float' in value) {
    writer.uint32(tag(2, FIXED32)).float(value.float);
    integer(writer, 20, ATTRIBUTE_TYPE.float);
  } else {
    for (const item of value) integer(writer, 8, item);
    integer(writer, 20, ATTRIBUTE_TYPE.ints);
  }
}

function writeNode(writer: Writer, node: OnnxNode, index: number): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, `${node.opType}_${index}`);
  text(writer, 4, node.opType);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (attribute) => writeAttribute(attribute, name, value));
  }
  if (node.domain) text(writer, 7, node.domain);
}

function writeInitializer(writer: Writer, tensor: OnnxInitializer): void {
  for (const size of tensor.shape) integer(writer, 1, size);
  integer(writer, 2, ONNX_TYPE[tensor.type]);
  text(writer, 8, tensor.name);
  if ('bytes' in tensor) {
    writer.uint32(tag(9, LENGTH_DELIMITED)).bytes(tensor.bytes);
    return;
  }
  const entries = { location: tensor.file, offset: String(tensor.byteOffset), length: String(tensor.byteLength) };
  for (const [key, value] of Object.entries(entries)) {
    message(writer, 13, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  }
  integer(writer, 14, 1); // data_location = EXTERNAL
}

function writeValueInfo(writer: Writer, value: OnnxValue): void {
  text(writer, 1, value.name);
  message(writer, 2, (type) =>
    message(type, 1, (tensorType) => {
      integer(tensorType, 1, ONNX_TYPE[value.type]);
      message(tensorType, 2, (shape) => {
        for (const size of value.shape) message(shape, 1, (dimension) => integer(dimension, 1, size));
      });
    }),
  );
}

/** @returns the bytes of a ModelProto */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  const writer = protobuf.Writer.create();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'petbooth');
  message(writer, 7, (body) => {
    for (const [index, node] of graph.nodes.entries()) message(body, 1, (entry) => writeNode(entry, node, index));
    text(body, 2, graph.name);
    for (const initializer of graph.initializers) message(body, 5, (entry) => writeInitializer(entry, initializer));
    for (const input of graph.inputs) message(body, 11, (entry) => writeValueInfo(entry, input));
    for (const output of graph.outputs) message(body, 12, (entry) => writeValueInfo(entry, output));
  });
  for (const [domain, version] of [
    ['', OPSET_VERSION],
    [CONTRIB_DOMAIN, 1],
  ] as const) {
    message(writer, 8, (opset) => {
      text(opset, 1, domain);
      integer(opset, 2, version);
    });
  }
  return writer.finish();
}
