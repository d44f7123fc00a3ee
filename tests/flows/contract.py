"""The contract as Python classes: every proto of the suite, compiled by protoc for the length of one flow."""

import glob
import importlib
import os
import shutil
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, symbol_database

_ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
_GOOGLE = ("google/api/annotations.proto", "google/api/http.proto", "google/api/httpbody.proto",
           "google/rpc/status.proto", "google/rpc/error_details.proto")


class Contract:
    """`services` are the descriptors of all services, in order of name."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="bangfu-contract-")
        protos, packages = os.path.join(_ROOT, "protos"), os.path.join(_ROOT, "node_modules/google-proto-files")
        files = sorted(os.path.relpath(path, protos) for path in glob.glob(protos + "/**/*.proto", recursive=True))
        subprocess.run(["protoc", "-I", protos, "-I", packages, "--python_out=" + self._folder, *files, *_GOOGLE],
                       check=True)
        sys.path.insert(0, self._folder)
        importlib.invalidate_caches()
        self.modules = {file: importlib.import_module(file[:-len(".proto")].replace("/", ".") + "_pb2")
                        for file in [*_GOOGLE, *[file for file in files if file.startswith("bangfu/")]]}
        self.options = self.modules["bangfu/options/v1/options.proto"]
        self.services = sorted((service for file, module in self.modules.items() if file.startswith("bangfu/")
                                for service in module.DESCRIPTOR.services_by_name.values()),
                               key=lambda service: service.full_name)

    def close(self):
        shutil.rmtree(self._folder, ignore_errors=True)

    @staticmethod
    def new(descriptor):
        """An empty message."""
        return symbol_database.Default().GetPrototype(descriptor)()

    def access(self, method):
        return method.GetOptions().Extensions[self.options.access]

    def field(self, field):
        return field.GetOptions().Extensions[self.options.field]

    def role_names(self):
        return [name for name, number in self.options.Role.items() if number]

    def reason_of(self, error):
        """Machine reason and Chinese text of a grpc.RpcError; the code's name if it carries no reason."""
        details = [value for key, value in (error.trailing_metadata() or ()) if key == "grpc-status-details-bin"]
        if not details:
            return error.code().name, error.details()
        status = self.modules["google/rpc/status.proto"].Status.FromString(details[0])
        kinds = self.modules["google/rpc/error_details.proto"]
        reason = text = ""
        for detail in status.details:
            info, localized = kinds.ErrorInfo(), kinds.LocalizedMessage()
            if detail.Unpack(info):
                reason = info.reason
            elif detail.Unpack(localized):
                text = localized.message
        return reason, text

    def descriptor_of(self, service):
        """The service as a ServiceDescriptorProto."""
        proto = descriptor_pb2.ServiceDescriptorProto()
        service.CopyToProto(proto)
        return proto
