// Binds plain member functions to the RPCs of a service.
//
//   rpc::ServiceTable table("bangfu.registration.v1.HouseholdService", dispatcher);
//   table.Add(&households, &HouseholdRpc::GetHousehold);
//
// A method is absl::StatusOr<Response> (Call&, const Request&); a server stream is absl::Status (Call&, const Request&,
// Writer<Response>&); a client stream is absl::StatusOr<Response> (Call&, Reader<Request>&); a method that only hands
// what it has made of its request to a db::Coalescer or a JointWrite is void (Call&, const Request&, Answer<Response>)
// and runs on the transport's thread.
// Every RPC has a request type of its own, so the type tells which RPC is meant. The table registers with gRPC as
// generated code does: the methods run on the dispatcher's workers behind the callback API.
#ifndef BANGFU_COMMON_RPC_SERVICE_TABLE_H_
#define BANGFU_COMMON_RPC_SERVICE_TABLE_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/rpc/dispatcher.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/impl/service_type.h"

namespace bangfu::rpc {

// Sends the messages of a server stream; blocks while the client is slow, until the deadline of the call.
template <typename Response>
class Writer {
 public:
  virtual ~Writer() = default;
  // False when the client has gone or the deadline has passed.
  virtual bool Write(const Response& message) = 0;
};

// Receives the messages of a client stream.
template <typename Request>
class Reader {
 public:
  virtual ~Reader() = default;
  // False at the end of the stream, when the client has gone, or when the deadline has passed; the call is cancelled
  // then and its bounds refuse the database.
  virtual bool Read(Request* message) = 0;
};

// Answers a call later, from any thread, once.
template <typename Response>
using Answer = std::function<void(absl::StatusOr<Response>)>;

class ServiceTable : public grpc::Service {
 public:
  ServiceTable(const std::string& full_name, Dispatcher& dispatcher);

  template <typename Class, typename Request, typename Response>
  ServiceTable& Add(Class* object, absl::StatusOr<Response> (Class::*method)(Call&, const Request&));
  template <typename Class, typename Request, typename Response>
  ServiceTable& Add(Class* object, absl::Status (Class::*method)(Call&, const Request&, Writer<Response>&));
  template <typename Class, typename Request, typename Response>
  ServiceTable& Add(Class* object, absl::StatusOr<Response> (Class::*method)(Call&, Reader<Request>&));

  template <typename Class, typename Request, typename Response>
  ServiceTable& Add(Class* object, void (Class::*method)(Call&, const Request&, Answer<Response>));

  // FAILED_PRECONDITION naming every RPC that has no rule or no method.
  absl::Status Check() const;

 private:
  struct Entry {
    const google::protobuf::MethodDescriptor* descriptor;
    std::unique_ptr<MethodRule> rule;
    bool bound = false;
  };
  // A write sees its request without the fields that only the server sets. gRPC made the message for this call, and
  // nobody else reads it.
  template <typename Request>
  static void Clear(const MethodRule& rule, const Request* request) {
    if (rule.writes()) api::ClearOutputOnly(const_cast<Request*>(request));
  }

  // The RPC whose request type is `request`; aborts when there is none, since that is a fault of the program's source.
  int IndexOf(const google::protobuf::Descriptor* request) const;

  Dispatcher& dispatcher_;
  std::vector<Entry> entries_;
  absl::Status fault_;
};

namespace internal {

// Lifetime of one unary call: deleted by OnDone, after Finish.
class UnaryReactor : public grpc::ServerUnaryReactor {
 public:
  explicit UnaryReactor(Dispatcher& dispatcher) : dispatcher_(dispatcher), start_(absl::Now()) {
    dispatcher_.EnterCall();
  }
  // Counts once: a method that has handed its answer over may still throw.
  void End(const absl::Status& status) {
    if (!ended_.exchange(true)) Finish(dispatcher_.Complete(*call, start_, status));
  }
  void OnDone() override {
    dispatcher_.LeaveCall();
    delete this;
  }
  void OnCancel() override {
    if (call != nullptr) call->Cancel();
  }
  std::shared_ptr<Call> call;

 private:
  // Neither OnDone nor OnCancel waits for anything, so they run where they happen instead of on a thread of their own.
  bool InternalInlineable() override { return true; }

  Dispatcher& dispatcher_;
  const absl::Time start_;
  std::atomic<bool> ended_{false};
};

// A one-shot signal between the transport's thread and the stream's.
class Signal {
 public:
  void Set(bool ok) {
    std::lock_guard lock(mutex_);
    set_ = true;
    ok_ = ok;
    wake_.notify_all();
  }
  // Waits until the deadline for the signal of an operation that was begun on the stream. The operation must end before
  // the stream can, so one that takes longer is ended by cancelling the call.
  bool Wait(Call& call, grpc::CallbackServerContext& context) {
    std::unique_lock lock(mutex_);
    const auto set = [&] { return set_; };
    if (!wake_.wait_until(lock, absl::ToChronoTime(call.deadline()), set)) {
      lock.unlock();  // the operation may end within TryCancel
      call.Cancel();
      context.TryCancel();
      lock.lock();
      wake_.wait(lock, set);
    }
    set_ = false;
    return ok_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool set_ = false;
  bool ok_ = false;
};

template <typename Response>
class WriteReactor : public grpc::ServerWriteReactor<Response>, public Writer<Response> {
 public:
  WriteReactor(Dispatcher& dispatcher, grpc::CallbackServerContext& context, const google::protobuf::Message& request)
      : dispatcher_(dispatcher), context_(context), request_(request), start_(absl::Now()) {
    dispatcher_.EnterCall();
  }
  bool Write(const Response& message) override {
    if (call->cancelled() || absl::Now() >= call->deadline()) return false;
    message_ = message;
    if (!dispatcher_
             .Guard(
                 *call, [] { return absl::OkStatus(); }, &message_)
             .ok())
      return false;
    if (!Audited()) return false;
    this->StartWrite(&message_);
    return written_.Wait(*call, context_);
  }
  void End(const absl::Status& status) {
    this->Finish(dispatcher_.Complete(*call, start_, audited_.ok() ? status : audited_));
  }
  void OnWriteDone(bool ok) override { written_.Set(ok); }
  void OnDone() override {
    dispatcher_.LeaveCall();
    delete this;
  }
  void OnCancel() override {
    if (call != nullptr) call->Cancel();
  }
  std::shared_ptr<Call> call;

 private:
  // The audit row of a FULL view is committed before the first message leaves.
  bool Audited() {
    if (call->full_view() && !std::exchange(revealed_, true)) audited_ = dispatcher_.AuditReveal(*call, request_);
    return audited_.ok();
  }

  Dispatcher& dispatcher_;
  grpc::CallbackServerContext& context_;
  const google::protobuf::Message& request_;
  const absl::Time start_;
  bool revealed_ = false;
  absl::Status audited_;
  Response message_;
  Signal written_;
};

template <typename Request>
class ReadReactor : public grpc::ServerReadReactor<Request>, public Reader<Request> {
 public:
  ReadReactor(Dispatcher& dispatcher, grpc::CallbackServerContext& context)
      : dispatcher_(dispatcher), context_(context), start_(absl::Now()) {
    dispatcher_.EnterCall();
  }
  // Reads the first message ahead, so that the wrapper can check it before the method runs.
  bool ReadFirst() { return has_first_ = ReadNext(&first_); }
  const Request& first() const { return first_; }
  bool Read(Request* message) override {
    if (has_first_) {
      has_first_ = false;
      *message = std::move(first_);
      return true;
    }
    return ReadNext(message);
  }
  void End(const absl::Status& status) { this->Finish(dispatcher_.Complete(*call, start_, status)); }
  void OnReadDone(bool ok) override { read_.Set(ok); }
  void OnDone() override {
    dispatcher_.LeaveCall();
    delete this;
  }
  void OnCancel() override {
    if (call != nullptr) call->Cancel();
  }
  std::shared_ptr<Call> call;

 private:
  bool ReadNext(Request* message) {
    this->StartRead(message);
    return read_.Wait(*call, context_);
  }
  Dispatcher& dispatcher_;
  grpc::CallbackServerContext& context_;
  const absl::Time start_;
  Request first_;
  bool has_first_ = false;
  Signal read_;
};

}  // namespace internal

template <typename Class, typename Request, typename Response>
ServiceTable& ServiceTable::Add(Class* object, absl::StatusOr<Response> (Class::*method)(Call&, const Request&)) {
  const int index = IndexOf(Request::descriptor());
  entries_[index].bound = true;
  const MethodRule& rule = *entries_[index].rule;
  auto run = [this, &rule, object, method](grpc::CallbackServerContext* context, const Request* request,
                                           Response* response) -> grpc::ServerUnaryReactor* {
    auto* reactor = new internal::UnaryReactor(dispatcher_);
    absl::Status admitted = dispatcher_.Admit(rule, *context, &reactor->call);
    if (admitted.ok()) admitted = dispatcher_.CheckRequest(*reactor->call, *request);
    if (admitted.ok()) {
      Clear(rule, request);
      admitted = dispatcher_.Enqueue(
          reactor->call,
          [this, reactor, object, method, request, response] {
            Call& call = *reactor->call;
            auto body = [&]() -> absl::Status {
              absl::StatusOr<Response> result = (object->*method)(call, *request);
              if (result.ok()) *response = *std::move(result);
              return result.status();
            };
            absl::Status status = dispatcher_.Guard(call, body, response);
            if (status.ok() && call.full_view()) status = dispatcher_.AuditReveal(call, *request);
            reactor->End(status);
          },
          [reactor](absl::Status expired) { reactor->End(expired); });
    }
    if (!admitted.ok()) reactor->End(admitted);
    return reactor;
  };
  MarkMethodCallback(index, new grpc::internal::CallbackUnaryHandler<Request, Response>(run));
  return *this;
}

template <typename Class, typename Request, typename Response>
ServiceTable& ServiceTable::Add(Class* object,
                                absl::Status (Class::*method)(Call&, const Request&, Writer<Response>&)) {
  const int index = IndexOf(Request::descriptor());
  entries_[index].bound = true;
  const MethodRule& rule = *entries_[index].rule;
  auto run = [this, &rule, object, method](grpc::CallbackServerContext* context,
                                           const Request* request) -> grpc::ServerWriteReactor<Response>* {
    auto* reactor = new internal::WriteReactor<Response>(dispatcher_, *context, *request);
    absl::Status admitted = dispatcher_.Admit(rule, *context, &reactor->call);
    if (admitted.ok()) admitted = dispatcher_.CheckRequest(*reactor->call, *request);
    if (admitted.ok()) {
      admitted = dispatcher_.RunStream(rule.stream(), [this, &rule, reactor, object, method, request] {
        Call& call = *reactor->call;
        absl::Status status = dispatcher_.Guard(
            call, [&] { return (object->*method)(call, *request, *reactor); }, nullptr);
        // The time of a watcher is up in the midst of whatever it does: that is its ordinary end.
        const bool time_up = rule.stream() == Stream::kWatch && absl::Now() >= call.deadline();
        if (time_up && absl::IsDeadlineExceeded(status)) status = absl::OkStatus();
        reactor->End(status);
      });
    }
    if (!admitted.ok()) reactor->End(admitted);
    return reactor;
  };
  MarkMethodCallback(index, new grpc::internal::CallbackServerStreamingHandler<Request, Response>(run));
  return *this;
}

template <typename Class, typename Request, typename Response>
ServiceTable& ServiceTable::Add(Class* object, absl::StatusOr<Response> (Class::*method)(Call&, Reader<Request>&)) {
  const int index = IndexOf(Request::descriptor());
  entries_[index].bound = true;
  const MethodRule& rule = *entries_[index].rule;
  auto run = [this, &rule, object, method](grpc::CallbackServerContext* context,
                                           Response* response) -> grpc::ServerReadReactor<Request>* {
    auto* reactor = new internal::ReadReactor<Request>(dispatcher_, *context);
    absl::Status admitted = dispatcher_.Admit(rule, *context, &reactor->call);
    if (admitted.ok()) {
      admitted = dispatcher_.RunStream(rule.stream(), [this, reactor, object, method, response] {
        Call& call = *reactor->call;
        reactor->ReadFirst();  // an empty stream is checked as an empty request
        absl::Status status = dispatcher_.CheckRequest(call, reactor->first());
        if (status.ok()) {
          auto body = [&]() -> absl::Status {
            absl::StatusOr<Response> result = (object->*method)(call, *reactor);
            if (result.ok()) *response = *std::move(result);
            return result.status();
          };
          status = dispatcher_.Guard(call, body, response);
        }
        reactor->End(status);
      });
    }
    if (!admitted.ok()) reactor->End(admitted);
    return reactor;
  };
  MarkMethodCallback(index, new grpc::internal::CallbackClientStreamingHandler<Request, Response>(run));
  return *this;
}

template <typename Class, typename Request, typename Response>
ServiceTable& ServiceTable::Add(Class* object, void (Class::*method)(Call&, const Request&, Answer<Response>)) {
  const int index = IndexOf(Request::descriptor());
  entries_[index].bound = true;
  const MethodRule& rule = *entries_[index].rule;
  auto run = [this, &rule, object, method](grpc::CallbackServerContext* context, const Request* request,
                                           Response* response) -> grpc::ServerUnaryReactor* {
    auto* reactor = new internal::UnaryReactor(dispatcher_);
    absl::Status admitted = dispatcher_.Admit(rule, *context, &reactor->call);
    if (admitted.ok()) admitted = dispatcher_.CheckRequest(*reactor->call, *request);
    if (!admitted.ok()) {
      reactor->End(admitted);
      return reactor;
    }
    Answer<Response> answer = [this, reactor, request, response](absl::StatusOr<Response> result) {
      auto body = [&]() -> absl::Status {
        if (result.ok()) *response = *std::move(result);
        return result.status();
      };
      absl::Status status = dispatcher_.Guard(*reactor->call, body, response);
      if (!status.ok() || !reactor->call->full_view()) return reactor->End(status);
      // The audit row of a reading is committed before it leaves, which takes the database and so a worker.
      status = dispatcher_.Enqueue(
          reactor->call, [this, reactor, request] { reactor->End(dispatcher_.AuditReveal(*reactor->call, *request)); },
          [reactor](absl::Status expired) { reactor->End(expired); });
      if (!status.ok()) reactor->End(status);
    };
    Clear(rule, request);
    try {
      (object->*method)(*reactor->call, *request, std::move(answer));
    } catch (const std::exception& e) {
      reactor->End(dispatcher_.Threw(*reactor->call, e));
    }
    return reactor;
  };
  MarkMethodCallback(index, new grpc::internal::CallbackUnaryHandler<Request, Response>(run));
  return *this;
}

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_SERVICE_TABLE_H_
