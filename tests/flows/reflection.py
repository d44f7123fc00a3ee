"""A client that knows nothing but an address: it learns services and messages by server reflection."""

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "grpc.reflection.v1alpha"


def _reflection_file():
    """The part of reflection.proto that is needed; Debian has no package of it."""
    file = descriptor_pb2.FileDescriptorProto(name="reflection.proto", package=_PACKAGE, syntax="proto3")
    text, raw = descriptor_pb2.FieldDescriptorProto.TYPE_STRING, descriptor_pb2.FieldDescriptorProto.TYPE_BYTES

    def message(name, *fields):
        made = file.message_type.add(name=name)
        for number, field, kind, repeated in fields:
            added = made.field.add(name=field, number=number, label=3 if repeated else 1)
            if isinstance(kind, str):
                added.type = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
                added.type_name = ".%s.%s" % (_PACKAGE, kind)
            else:
                added.type = kind
    message("ServerReflectionRequest", (3, "file_by_filename", text, False), (4, "file_containing_symbol", text, False),
            (7, "list_services", text, False))
    message("FileDescriptorResponse", (1, "file_descriptor_proto", raw, True))
    message("ServiceResponse", (1, "name", text, False))
    message("ListServiceResponse", (1, "service", "ServiceResponse", True))
    message("ErrorResponse", (2, "error_message", text, False))
    message("ServerReflectionResponse", (4, "file_descriptor_response", "FileDescriptorResponse", False),
            (6, "list_services_response", "ListServiceResponse", False), (7, "error_response", "ErrorResponse", False))
    return file


class Reflected:
    """Calls by full names of methods; requests and answers are dictionaries of fields, or messages."""

    def __init__(self, channel):
        self._channel = channel
        self._pool = descriptor_pool.DescriptorPool()
        self._factory = message_factory.MessageFactory(self._pool)
        self._known = set()
        own = descriptor_pool.DescriptorPool()
        own.Add(_reflection_file())
        factory = message_factory.MessageFactory(own)
        self._request, answer = (factory.GetPrototype(own.FindMessageTypeByName(_PACKAGE + ".ServerReflection" + kind))
                                 for kind in ("Request", "Response"))
        self._ask = channel.stream_stream("/%s.ServerReflection/ServerReflectionInfo" % _PACKAGE,
                                          request_serializer=self._request.SerializeToString,
                                          response_deserializer=answer.FromString)

    def _info(self, **question):
        answer = next(self._ask(iter([self._request(**question)]), timeout=20))
        if answer.HasField("error_response"):
            raise LookupError(answer.error_response.error_message)
        return answer

    def services(self):
        return [service.name for service in self._info(list_services="*").list_services_response.service]

    def _add(self, files):
        """Files come in any order, but one can only be known after those that it imports."""
        for name in list(files):
            self._add_one(name, files)

    def _add_one(self, name, files):
        if name in self._known:
            return
        if name not in files:
            files.update(self._files(file_by_filename=name))
        self._known.add(name)
        for imported in files[name].dependency:
            self._add_one(imported, files)
        self._pool.Add(files[name])

    def _files(self, **question):
        found = self._info(**question).file_descriptor_response.file_descriptor_proto
        protos = [descriptor_pb2.FileDescriptorProto.FromString(raw) for raw in found]
        return {proto.name: proto for proto in protos}

    def message(self, name, **fields):
        return self._class(self._find(name, self._pool.FindMessageTypeByName))(**fields)

    def learn(self, file):
        """Learns a file by its name, for messages that travel in details."""
        self._add(self._files(file_by_filename=file))

    def _class(self, descriptor):
        return self._factory.GetPrototype(descriptor)

    def _find(self, name, find):
        try:
            return find(name)
        except KeyError:
            self._add(self._files(file_containing_symbol=name))
            return find(name)

    def stub(self, method):
        """For a method such as bangfu.registration.v1.AreaService.GetArea: the call, and the class of its request."""
        service, name = method.rsplit(".", 1)
        descriptor = self._find(service, self._pool.FindServiceByName).FindMethodByName(name)
        proto = descriptor_pb2.ServiceDescriptorProto()
        descriptor.containing_service.CopyToProto(proto)
        kind = next(each for each in proto.method if each.name == name)
        streams = (kind.client_streaming, kind.server_streaming)
        shape = "_".join("stream" if stream else "unary" for stream in streams)
        request, answer = self._class(descriptor.input_type), self._class(descriptor.output_type)
        call = getattr(self._channel, shape)("/%s/%s" % (service, name), request_serializer=request.SerializeToString,
                                             response_deserializer=answer.FromString)
        return call, request


def dial(port, token=None):
    """A channel that no proxy of the machine is asked for, and the metadata of its calls."""
    channel = grpc.insecure_channel("127.0.0.1:%d" % port, options=[("grpc.enable_http_proxy", 0),
                                                                   ("grpc.max_send_message_length", -1)])
    return channel, [("authorization", "Bearer " + token)] if token else []
